// Enum values by name, number, or any part of the name that leaves no doubt.
import type { DescEnum, DescEnumValue } from '@bufbuild/protobuf';
import { shown } from '../schema/quote.ts';
import { didYouMean } from '../schema/suggest.ts';
import { faultAt, type Parsed } from './value-fault.ts';

/** The name without what all names of the enum begin with: RED of COLOR_RED. */
export function shortName(desc: DescEnum, name: string): string {
  const prefix = desc.sharedPrefix ?? '';
  const rest = name.slice(prefix.length);
  return name.toLowerCase().startsWith(prefix) && /^[A-Za-z]/.test(rest) ? rest : name;
}

/** The values that the text may stand for, the best kind of likeness alone: whole name, short name, beginning, end. */
export function matchingValues(desc: DescEnum, text: string): DescEnumValue[] {
  const word = text.toLowerCase();
  if (word === '') return [...desc.values];
  const exact = desc.values.filter(({ name }) => name === text);
  if (exact.length > 0) return exact;
  const kinds: ((name: string) => boolean)[] = [
    (name) => name.toLowerCase() === word || shortName(desc, name).toLowerCase() === word,
    (name) => name.toLowerCase().startsWith(word) || shortName(desc, name).toLowerCase().startsWith(word),
    (name) => name.toLowerCase().endsWith(`_${word}`),
  ];
  for (const matches of kinds) {
    const found = desc.values.filter(({ name }) => matches(name));
    if (found.length > 0) return found;
  }
  return [];
}

/** A value by name (any case, with or without the common prefix, or its beginning) or number. */
export function parseEnum(desc: DescEnum, text: string, field: string): Parsed {
  if (/^[+-]?\d+$/.test(text)) return parseNumber(desc, text, field);
  const found = matchingValues(desc, text);
  const first = found[0];
  if (first !== undefined && found.every(({ number }) => number === first.number)) {
    return { json: JSON.stringify(first.name) };
  }
  const short = found.map(({ name }) => shortName(desc, name));
  if (first !== undefined)
    return faultAt(text.length, `${shown(text)} may be ${short.slice(0, 6).map(shown).join(' or ')}`);
  const names = desc.values.map(({ name }) => shortName(desc, name));
  const full = desc.values.map(({ name }) => name);
  const near = didYouMean(text, names) ?? didYouMean(text, full);
  return faultAt(0, `${desc.name} has no value ${shown(text)}${near === undefined ? '' : `; ${near}`}`);
}

function parseNumber(desc: DescEnum, text: string, field: string): Parsed {
  const number = Number(text);
  if (number !== (number | 0))
    return faultAt(0, `${field} takes -2147483648…2147483647, ${shown(text)} is out of range`);
  const known = desc.value[number];
  if (known !== undefined) return { json: JSON.stringify(known.name) };
  if (!desc.open)
    return faultAt(0, `${desc.name} has no value ${number}, and it is closed: unknown numbers are not allowed`);
  return { json: String(number), ask: `${desc.name} has no value ${number}. Send the number all the same?` };
}
