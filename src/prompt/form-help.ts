// What F1 shows for a row: what the schema says about the field, what may be typed, and the keys with their words.
import { ScalarType } from '@bufbuild/protobuf';
import { unreachable } from '../errors.ts';
import { visible } from '../render/visible.ts';
import { commentOf, isImmutable, isOutputOnly, requiredBy } from './field-facts.ts';
import { activeRow } from './form-move.ts';
import { type Place, placeName } from './form-place.ts';
import type { Row } from './form-rows.ts';
import type { FormState } from './form-state.ts';
import { shortName } from './value-enum.ts';

const keys: readonly (readonly [key: string, what: string, word: string])[] = [
  ['Enter, ↓, Tab', 'take it, next', ':next'],
  ['↑, Shift-Tab', 'previous', ':back'],
  ['→  ←', 'open, close', ':open :close'],
  ['Backspace on empty', 'unset', ':unset'],
  ['Space', 'next value of bool, enum, oneof; tick', ''],
  ['Ctrl-S', 'review and send', ':send  :send!'],
  ['F4, Ctrl-X Ctrl-E', 'as JSON in the editor', ':json'],
  ['Ctrl-O', 'load a file, saved, last', ':load X  :last'],
  ['Ctrl-R', 'earlier values', ':hist'],
  ['Alt-G', 'jump to a field', ':go NAME'],
  ['Ctrl-_', 'undo', ':undo'],
  ['Alt-↑ Alt-↓', 'move an element', ':up :down'],
  ['Alt-X  Alt-C', 'remove, copy an element', ':remove :copy'],
  ['Ctrl-D on empty', 'end of the list', ':end'],
  ['', 'key of a map entry', ':key NEW'],
  ['', 'show output-only fields', ':all'],
  ['Esc', 'close the level, leave', ':quit'],
  ['F1, ? on empty', 'this', ':help'],
];

/** The lines of help for the active row. */
export function helpLines(state: FormState): string[] {
  const row = activeRow(state);
  const about = row === undefined ? [] : [...rowLines(row), ''];
  const width = Math.max(...keys.map(([key]) => key.length));
  const table = keys.map(([key, what, word]) => `  ${key.padEnd(width)}  ${what}${word === '' ? '' : `  ${word}`}`);
  return [...about, ...table, '  \\ before : @ $ ? takes the meaning away; @file is a file, $x a variable'];
}

function rowLines(row: Row): string[] {
  const { field } = row;
  const facts = field === undefined ? [] : factsOf(row);
  const comment = field === undefined ? [] : commentOf(field);
  const number = field === undefined ? '' : `, field ${field.number}`;
  return [
    ` ${visible(row.name)}  ${placeName(row.place)}${number}`,
    ...comment.map((line) => `   ${visible(line)}`),
    ...(facts.length === 0 ? [] : [`   ${facts.join(', ')}`]),
    `   accepts: ${accepts(row.place)}`,
    ...valueLines(row.place),
  ];
}

function factsOf({ field }: Row): string[] {
  if (field === undefined) return [];
  const required = requiredBy(field);
  return [
    ...(required === 'wire' ? ['required: the message cannot be sent without it'] : []),
    ...(required === 'rule' ? ['required by the service'] : []),
    ...(isOutputOnly(field) ? ['output only: the server sets it'] : []),
    ...(isImmutable(field) ? ['cannot be changed later'] : []),
    ...(field.deprecated ? ['deprecated'] : []),
    ...(field.message === undefined ? [] : [field.message.typeName]),
    ...(field.enum === undefined ? [] : [field.enum.typeName]),
  ];
}

function valueLines(place: Place): string[] {
  if (place.kind !== 'enum') return [];
  return place.desc.values.map((value) => {
    const comment = commentOf(value).join(' ');
    return `     ${value.number}  ${visible(value.name)}${comment === '' ? '' : `  ${visible(comment)}`}`;
  });
}

/** What may be typed for a place, with examples. */
export function accepts(place: Place): string {
  switch (place.kind) {
    case 'scalar':
      return acceptsScalar(place.scalar);
    case 'enum': {
      const [first] = place.desc.values.slice(1, 2).concat(place.desc.values);
      return `a name (${first === undefined ? '' : shortName(place.desc, first.name)}), its beginning, or a number`;
    }
    case 'null':
      return 'null';
    case 'timestamp':
      return '2026-11-20T12:00:00Z, 2026-11-20, now, now-2h, unix:1732060800';
    case 'duration':
      return '1h30m, 250ms, 1.5s';
    case 'mask':
      return 'paths with commas: name,price.units; → opens a list to tick';
    case 'json':
      return place.form === 'Value'
        ? 'any JSON, relaxed'
        : `a JSON ${place.form === 'Struct' ? 'object' : 'array'}, relaxed`;
    case 'google':
      return { date: '2026-11-20', money: '12.50 EUR', latlng: '59.9,10.7' }[place.form];
    case 'message':
      return '→ to fill it in, {} for present but empty, {…} in JSON';
    case 'any':
      return 'a type name or URL, → to choose one';
    case 'list':
      return `→ and one after the other, or a JSON array; an element is ${accepts(place.element)}`;
    case 'map':
      return `→ and key=value; a value is ${accepts(place.value)}`;
    default:
      return unreachable(place);
  }
}

function acceptsScalar(scalar: ScalarType): string {
  switch (scalar) {
    case ScalarType.STRING:
      return 'text; "" is empty, quotes keep outer blanks, Alt-Enter begins a line';
    case ScalarType.BYTES:
      return 'base64, or hex:0a0b, text:hello, @file';
    case ScalarType.BOOL:
      return 'true or false, t/f, y/n, on/off, 1/0; Space goes round';
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return '1.5, 1e9, inf, -inf, nan';
    default:
      return '42, 0x2a, 0b101, 1_000, 1e6';
  }
}
