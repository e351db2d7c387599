// One row of the form as text: its name with marks, its type, and a value or summary that fits beside them.
import type { DescField } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { inlineJson } from '../render/json-text.ts';
import { marks, type Style } from '../render/style.ts';
import { cut, visible } from '../render/visible.ts';
import { hasPresence, requiredBy } from './field-facts.ts';
import { jsonOf } from './form-document.ts';
import { isSet } from './form-move.ts';
import type { Node } from './form-node.ts';
import { insidePlace, type Place, placeName } from './form-place.ts';
import type { Row } from './form-rows.ts';
import type { FormOptions } from './form-state.ts';
import { shortName } from './value-enum.ts';

/** The name of a row with its marks: `*` required, `~` deprecated; `[x]` in front of ticked paths. */
export function rowLabel(row: Row, style?: Style): string {
  if (row.role === 'tick') return `[${ticked(row) ? 'x' : ' '}] ${visible(row.name)}`;
  if (row.role === 'extension') return '+ extension';
  const required = row.role === 'value' && row.field !== undefined && requiredBy(row.field) !== undefined;
  const deprecated = row.role === 'value' && row.field?.deprecated === true;
  // The row that adds an element has a sign in the place of its index.
  const name = style?.ascii ? visible(row.name).replace('[…]', '[...]') : visible(row.name);
  return `${name}${required ? ' *' : ''}${deprecated ? ' ~' : ''}`;
}

function ticked(row: Row): boolean {
  return row.node?.kind === 'leaf' && row.node.text.split(',').some((path) => path.trim() === row.tick);
}

/** The type column. */
export function rowType(row: Row): string {
  switch (row.role) {
    case 'oneof':
      return 'oneof';
    case 'tick':
    case 'extension':
      return '';
    case 'add':
      return row.place.kind === 'list'
        ? placeName(row.place.element)
        : row.place.kind === 'map'
          ? placeName(row.place.value)
          : '';
    case 'value':
      return visible(placeName(row.place));
  }
}

/** What stands in the value column of a row that is not active, at most `room` cells. */
export function rowValue(row: Row, options: FormOptions, room: number): string {
  const { style } = options;
  const short = (text: string): string => cut(text, room, marks(style).more);
  if (row.role === 'add') return style.dim(short(row.place.kind === 'map' ? '+ add key=value' : '+ add'));
  if (row.role === 'oneof') return choices(row, style, room);
  if (row.role !== 'value') return '';
  const { node } = row;
  if (node?.kind === 'leaf') {
    if (node.fault !== undefined) return style.red(short(`${marks(style).fail} ${visible(node.text)}`));
    if (node.text !== '') return short(visible(node.text));
  }
  return isSet(row) ? short(visible(summary(row, options, room))) : style.dim(short(unsetText(row)));
}

/** `unset`, with the default that the other side then sees, or what else is good to know of it. */
export function unsetText(row: Row): string {
  if (row.place.kind === 'message' && row.around.includes(row.place.desc)) {
    const outer = row.around.lastIndexOf(row.place.desc);
    const names = visible(row.name).split('.').slice(0, outer).join('.');
    return `unset (same type as ${names === '' ? 'the message' : names}, depth ${row.depth + 1})`;
  }
  const { field } = row;
  if (field?.kind !== 'field' || !hasPresence(field) || field.fieldKind === 'message') return 'unset';
  const value = defaultText(field);
  return value === undefined ? 'unset' : `unset (${value})`;
}

/** The default as it would be typed; undefined where it is empty. */
function defaultText(field: DescField): string | undefined {
  if (field.oneof !== undefined) return undefined;
  if (field.fieldKind === 'enum') {
    const number = field.getDefaultValue() ?? field.enum.values[0]?.number;
    const name = field.enum.values.find((value) => value.number === number)?.name;
    return name === undefined ? undefined : visible(shortName(field.enum, name));
  }
  if (field.fieldKind !== 'scalar') return undefined;
  const value = field.getDefaultValue();
  if (value instanceof Uint8Array) return `hex:${Buffer.from(value).toString('hex')}`;
  if (value !== undefined) return visible(field.scalar === ScalarType.STRING ? JSON.stringify(value) : String(value));
  if (field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES) return '""';
  return field.scalar === ScalarType.BOOL ? 'false' : '0';
}

/** The members of a oneof on one line, the chosen one in brackets. */
export function choices(row: Row, style: Style, room: number): string {
  const chosen = row.node?.kind === 'message' ? row.node.chosen.get(row.oneof?.name ?? '') : undefined;
  const names = row.oneof?.fields.map(({ name }) => name) ?? [];
  return choiceLine(['none', ...names], chosen ?? 'none', style, room);
}

/** Words with a mark between, one of them in brackets and never cut away. */
export function choiceLine(words: readonly string[], chosen: string | undefined, style: Style, room: number): string {
  const between = ` ${marks(style).between} `;
  const shown = words.map((word) => (word === chosen ? `[${visible(word)}]` : visible(word)));
  const whole = shown.join(between);
  if (whole.length <= room) return whole;
  const at = chosen === undefined ? 0 : Math.max(0, words.indexOf(chosen));
  const from = at > 0 ? `${marks(style).more} ` : '';
  return cut(from + shown.slice(at).join(between), room, marks(style).more);
}

/** What is in a value that opens, on one line. Long lists are counted, not printed. */
function summary(row: Row, options: FormOptions, room: number): string {
  const { node } = row;
  if (node?.kind === 'list') return counted(node.items.length, 'item', row, options);
  if (node?.kind === 'map') return counted(node.entries.length, 'entry', row, options);
  if (node?.kind === 'any') {
    if (node.type === '') return '{}';
    const inside = inlineOf(
      { place: insidePlace(node.type, (name) => options.types.message(name)), node: node.value },
      options,
      room * 3,
    );
    return `${node.type.slice(node.type.lastIndexOf('/') + 1)} ${inside}`;
  }
  return inlineOf(row, options, room * 3);
}

function counted(size: number, word: 'item' | 'entry', row: Row, options: FormOptions): string {
  const text = `${size} ${size === 1 ? word : { item: 'items', entry: 'entries' }[word]}`;
  // The values themselves only where they are few.
  return size > 20 || row.isOpen ? text : `${text}  ${inlineOf(row, options, 400)}`;
}

function inlineOf(
  { place, node }: { readonly place: Place; readonly node: Node | undefined },
  options: FormOptions,
  length: number,
): string {
  const json = jsonOf(place, node, options.types, 'draft') ?? '';
  return inlineJson(json.slice(0, Math.max(40, length)));
}
