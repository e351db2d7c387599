// The values as JSON for an editor, with what the schema says in comments, and the edited text taken back.
import type { DescField } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import type { Tree } from '../codec/field-tree.ts';
import { visible } from '../render/visible.ts';
import { commentOf, isOutputOnly, requiredBy } from './field-facts.ts';
import { replaced, withValue } from './form-commit.ts';
import { jsonOf } from './form-document.ts';
import { activeRow, goTo, rowOf } from './form-move.ts';
import { fieldsOf } from './form-node.ts';
import { fieldPlace, type Place, placeName } from './form-place.ts';
import type { Row } from './form-rows.ts';
import { type DocumentError, nodeFromText } from './form-start.ts';
import type { FormAnswer, FormState } from './form-state.ts';
import { treeOf } from './value-leaf.ts';

/** What F4 gives: the whole form, or what is inside the active row if it opens. */
export function editAnswer(state: FormState): FormAnswer {
  const row = activeRow(state);
  const part = row?.role === 'value' && row.opens && row.place.kind !== 'mask' ? row : undefined;
  const place = part?.place ?? rootPlace(state);
  const node = part === undefined ? state.tree.root : part.node;
  const json = jsonOf(place, node, state.options.types, 'draft') ?? (place.kind === 'list' ? '[]' : '{}');
  const document = `${commented(place, treeOf(json), '').join('\n')}\n`;
  return { type: 'edit', document, path: part?.name ?? '', state: { ...state, editing: part?.id ?? '' } };
}

function rootPlace(state: FormState): Place {
  return { kind: 'message', desc: state.options.message };
}

/**
 * The edited text in the place that it came from: `state` is the one that the answer `edit` carried. Comments, names
 * without quotes and a comma too many are taken. Returns what is wrong and where, and then nothing has changed.
 */
export function applyEdited(state: FormState, text: string): FormState | DocumentError {
  const row: Row | undefined =
    state.editing === undefined || state.editing === '' ? undefined : rowOf(state, state.editing);
  const whole = text.trim() === '' ? '{}' : text;
  if (row === undefined) return applyDocument(state, whole);
  const read = nodeFromText(row.place, text.trim() === '' ? 'null' : text, state.options);
  if ('error' in read) return read;
  return { ...goTo(withValue(state, row, read.node), row.id), editing: undefined };
}

/** A JSON document in the place of all values; or what is wrong with it, with line and column, and nothing has changed. */
export function applyDocument(state: FormState, json: string): FormState | DocumentError {
  const read = nodeFromText(rootPlace(state), json, state.options);
  return 'error' in read ? read : { ...replaced(state, read.node), editing: undefined };
}

/** A value as lines of JSON; a message's unset fields stand in it as comments. */
function commented(place: Place, tree: Tree, indent: string): string[] {
  const inner = `${indent}  `;
  if (tree.kind === 'leaf') return [tree.text];
  if (tree.kind === 'list') {
    const element: Place = place.kind === 'list' ? place.element : place;
    const items = tree.items.map((item) => commented(element, item, inner));
    return items.length === 0 ? ['[]'] : ['[', ...joined(items, inner), `${indent}]`];
  }
  if (place.kind === 'message') return messageLines(place, tree, indent);
  const value: Place = place.kind === 'map' ? place.value : { kind: 'json', form: 'Value' };
  const members = [...tree.members].map(([name, member]) => named(name, commented(value, member, inner)));
  return members.length === 0 ? ['{}'] : ['{', ...joined(members, inner), `${indent}}`];
}

function joined(values: readonly (readonly string[])[], indent: string): string[] {
  return values.flatMap((lines, at) =>
    lines.map((line, index) => {
      const first = index === 0 ? indent : '';
      return `${first}${line}${index === lines.length - 1 && at < values.length - 1 ? ',' : ''}`;
    }),
  );
}

function named(name: string, [first = '', ...rest]: readonly string[]): string[] {
  return [`${JSON.stringify(name)}: ${first}`, ...rest];
}

function messageLines(place: Place & { kind: 'message' }, tree: Tree & { kind: 'object' }, indent: string): string[] {
  const inner = `${indent}  `;
  const lines = ['{'];
  const fields = fieldsOf(place.desc);
  let left = tree.members.size;
  const add = (name: string, value: Tree, inside: Place): void => {
    left--;
    lines.push(...joined([named(name, commented(inside, value, inner))], inner));
    if (left > 0) lines[lines.length - 1] += ',';
  };
  for (const field of place.desc.fields) {
    const value = tree.members.get(field.jsonName);
    if (value === undefined && isOutputOnly(field)) continue;
    lines.push(...comments(field, inner));
    if (value === undefined) lines.push(`${inner}// ${JSON.stringify(field.jsonName)}: ${blankOf(fieldPlace(field))},`);
    else add(field.jsonName, value, fieldPlace(field));
  }
  for (const [name, value] of tree.members) {
    if (fields.get(name)?.jsonName !== name) add(name, value, { kind: 'json', form: 'Value' });
  }
  return [...lines, `${indent}}`];
}

function comments(field: DescField, indent: string): string[] {
  const about = [placeName(fieldPlace(field))];
  if (field.oneof !== undefined) about.push(`one of ${field.oneof.name}`);
  if (requiredBy(field) !== undefined) about.push('required');
  if (field.deprecated) about.push('deprecated');
  const comment = commentOf(field).join(' ').slice(0, 200);
  return [`${indent}// ${visible(`${about.join(', ')}${comment === '' ? '' : `: ${comment}`}`)}`];
}

/** A value to start from, for a field that is unset. */
function blankOf(place: Place): string {
  switch (place.kind) {
    case 'scalar':
      return blankScalar(place.scalar);
    case 'enum':
      return JSON.stringify(place.desc.values[0]?.name ?? 0);
    case 'null':
      return 'null';
    case 'timestamp':
      return '"1970-01-01T00:00:00Z"';
    case 'duration':
      return '"0s"';
    case 'mask':
      return '""';
    case 'list':
      return '[]';
    case 'json':
      return place.form === 'ListValue' ? '[]' : '{}';
    case 'google':
    case 'message':
    case 'any':
    case 'map':
      return '{}';
  }
}

function blankScalar(scalar: ScalarType): string {
  if (scalar === ScalarType.STRING || scalar === ScalarType.BYTES) return '""';
  if (scalar === ScalarType.BOOL) return 'false';
  return ScalarType[scalar].endsWith('64') ? '"0"' : '0';
}
