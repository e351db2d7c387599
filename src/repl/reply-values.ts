// A value of a reply as a person reads it: the words for it, and beside them a note that is no part of the data, such as
// the local time of a timestamp.
import type { DescEnum, DescField, DescMessage } from '@bufbuild/protobuf';
import { printTree, type Tree } from '../codec/field-tree.ts';
import type { GoogleType } from '../prompt/form-place.ts';
import { googleText } from '../prompt/value-google.ts';
import { humanSize, humanTime } from '../render/units.ts';
import { visible } from '../render/visible.ts';

/** Elements of a list that are shown at first. */
export const listShown = 50;

/** A value in words; several lines where the text has them. Both are safe for a terminal. */
export interface ShownValue {
  readonly text: string;
  readonly note?: string | undefined;
}

/** What a value is, as far as its field says: the element's type for elements. */
export type ValueType = DescEnum | DescMessage | { readonly kind: 'bytes' } | undefined;

/** The type of a field's value, or of an element of it. */
export function valueType(field: DescField | undefined): ValueType {
  if (field === undefined) return undefined;
  if ('enum' in field && field.enum) return field.enum;
  if ('message' in field && field.message) return field.message;
  // 12 is TYPE_BYTES (descriptor.proto).
  return 'scalar' in field && field.scalar === 12 ? { kind: 'bytes' } : undefined;
}

/** The field that a member of a message's JSON is. */
export function memberField(message: DescMessage | undefined, name: string): DescField | undefined {
  return message?.fields.find((field) => field.jsonName === name || field.name === name);
}

const googleForms: ReadonlyMap<string, GoogleType> = new Map<string, GoogleType>([
  ['google.type.Date', 'date'],
  ['google.type.Money', 'money'],
  ['google.type.LatLng', 'latlng'],
]);

/** A list this wide in one line is no line any more. */
const widestList = 60;

/** The value in words; undefined for what takes lines of its own: messages, and lists of them or of much. */
export function shownValue(tree: Tree, type: ValueType): ShownValue | undefined {
  if (tree.kind === 'leaf') return leafValue(tree.text, type);
  if (tree.kind === 'list') {
    const items = tree.items.map((item) => (item.kind === 'leaf' ? leafValue(item.text, type).text : undefined));
    if (items.length > 20 || items.some((item) => item === undefined || item.includes('\n'))) return undefined;
    const text = items.length === 0 ? '[]' : items.join(', ');
    return text.length <= widestList ? { text } : undefined;
  }
  if (type?.kind !== 'message' && tree.members.size > 0) return scalarMap(tree.members, type);
  const form = type?.kind === 'message' ? googleForms.get(type.typeName) : undefined;
  const word = form && googleText(form, tree);
  if (word !== undefined) return { text: visible(word) };
  return tree.members.size === 0 ? { text: '{}' } : undefined;
}

/** A map of scalars: `language=en, pages=312`. */
function scalarMap(members: ReadonlyMap<string, Tree>, type: ValueType): ShownValue | undefined {
  const entries: string[] = [];
  for (const [key, value] of members) {
    if (value.kind !== 'leaf') return undefined;
    entries.push(`${visible(key)}=${leafValue(value.text, type).text}`);
  }
  const text = entries.join(', ');
  return text.length <= widestList && !text.includes('\n') ? { text } : undefined;
}

function leafValue(json: string, type: ValueType): ShownValue {
  if (!json.startsWith('"')) return { text: visible(json), note: type?.kind === 'enum' ? 'no name' : undefined };
  const value = JSON.parse(json) as string;
  if (value === '') return { text: '""' };
  if (type?.kind === 'enum') return { text: visible(value), note: enumNumber(type, value) };
  if (type?.kind === 'bytes') return { text: visible(value), note: bytesNote(value) };
  if (type?.kind === 'message' && type.typeName === 'google.protobuf.Timestamp')
    return { text: visible(value), note: localTime(value) };
  if (type?.kind === 'message' && type.typeName === 'google.protobuf.Duration')
    return { text: visible(value), note: durationNote(value) };
  return { text: visible(value, { multiline: true }) };
}

function enumNumber(type: DescEnum, name: string): string | undefined {
  const found = type.values.find((value) => value.name === name);
  return found && `= ${found.number}`;
}

/** `12 B: 48 65 6c`, and the text where the bytes are one. */
function bytesNote(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString('utf8');
  const isText = /^[\t\n\r\u0020-\u007e\u00a0-\uffff]+$/.test(text) && !text.includes('\ufffd');
  if (isText && text.length <= 40) return `${humanSize(bytes.length)}: ${visible(JSON.stringify(text))}`;
  const hex = bytes
    .subarray(0, 16)
    .toString('hex')
    .replaceAll(/(..)(?=.)/g, '$1 ');
  return `${humanSize(bytes.length)}: ${hex}${bytes.length > 16 ? ' and so on' : ''}`;
}

/** The time of day where we are, with the date if that is another one. */
function localTime(value: string): string | undefined {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) return undefined;
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${value.startsWith(day) ? '' : `${day} `}${time} local`;
}

/** Seconds in larger units, where they are many or few. */
function durationNote(value: string): string | undefined {
  const seconds = Number(/^(-?[\d.]+)s$/.exec(value)?.[1]);
  if (Number.isNaN(seconds) || seconds < 0) return undefined;
  if (seconds >= 1 && seconds < 120) return undefined;
  if (seconds < 3600) return humanTime(seconds * 1000);
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  if (days > 1) return `${days} d ${hours % 24} h`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** Members that the schema has no field for, as the printer names them: `[14]`. */
export function isUnknownMember(name: string): boolean {
  return /^\[\d+\]$/.test(name);
}

/** A value on one line, for a cell of a table. */
export function cellValue(tree: Tree | undefined, type: ValueType): string {
  if (tree === undefined) return '';
  return (shownValue(tree, type)?.text ?? visible(printTree(tree))).replaceAll('\n', '\\n');
}
