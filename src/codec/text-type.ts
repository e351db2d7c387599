// How a message type looks to the text format: fields, extensions and the two fields of a map entry in one shape,
// so that reader and printer need no cases for them.
import type { DescEnum, DescExtension, DescField, DescMessage, DescOneof, ScalarType } from '@bufbuild/protobuf';
import { isSetItem } from './message-set.ts';

/** What a field holds, one element of it if it is repeated. */
export type TextKind =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType; readonly checkUtf8: boolean }
  | { readonly kind: 'enum'; readonly enum: DescEnum }
  | { readonly kind: 'message'; readonly type: () => TextType; readonly delimited: boolean };

/** A field as it is written in text format. `label` is its printed name: `[full.name]` for an extension. */
export interface TextField {
  readonly label: string;
  readonly number: number;
  readonly value: TextKind;
  readonly repeated: boolean;
  readonly map: boolean;
  readonly packed: boolean;
  /** No presence: a zero is the same as nothing. */
  readonly implicit: boolean;
  readonly required: boolean;
  /** Stands in an item of a message set. */
  readonly inSet: boolean;
  readonly oneof: DescOneof | undefined;
}

/** A message type, or the type of a map's entries (then without `desc`). */
export interface TextType {
  readonly typeName: string;
  readonly desc: DescMessage | undefined;
  readonly byName: ReadonlyMap<string, TextField>;
  readonly byNumber: ReadonlyMap<number, TextField>;
}

const implicitPresence = 2;
const requiredPresence = 3;
const known = new WeakMap<DescMessage, TextType>();

/** The text format's view of a message type. */
export function textType(desc: DescMessage): TextType {
  const made = known.get(desc);
  if (made !== undefined) return made;
  const fields = desc.fields.map((field) => textField(field));
  const type = typeOf(desc.typeName, desc, fields);
  known.set(desc, type);
  return type;
}

/** The text format's view of a field or an extension. */
export function textField(field: DescField | DescExtension): TextField {
  return {
    label: field.kind === 'extension' ? `[${field.typeName}]` : groupLabel(field),
    number: field.number,
    value: kindOf(field),
    repeated: field.fieldKind === 'list' || field.fieldKind === 'map',
    map: field.fieldKind === 'map',
    packed: field.fieldKind === 'list' && field.packed,
    implicit: field.presence === implicitPresence && (field.fieldKind === 'scalar' || field.fieldKind === 'enum'),
    required: field.presence === requiredPresence,
    inSet: isSetItem(field),
    oneof: field.oneof,
  };
}

/** The values' fields in the order of their names, for hints. */
export function labels(type: TextType): string[] {
  return [...type.byNumber.values()].map((field) => field.label);
}

function typeOf(typeName: string, desc: DescMessage | undefined, fields: readonly TextField[]): TextType {
  const byName = new Map(fields.map((field) => [field.label, field]));
  return { typeName, desc, byName, byNumber: new Map(fields.map((field) => [field.number, field])) };
}

// A group is called by its type's name, the field's own name being that in lower case (textformat-spec, "Fields").
function groupLabel(field: DescField): string {
  const isGroup = field.fieldKind === 'message' || (field.fieldKind === 'list' && field.listKind === 'message');
  if (!isGroup || !field.delimitedEncoding || field.message === undefined) return field.name;
  const { name, parent, file } = field.message;
  const sameScope = parent === field.parent && file === field.parent.file;
  return sameScope && field.name === name.toLowerCase() ? name : field.name;
}

function kindOf(field: DescField | DescExtension): TextKind {
  if (field.fieldKind === 'map') {
    const entry = typeOf(`${field.parent.typeName}.${field.name}`, undefined, entryFields(field));
    return { kind: 'message', type: () => entry, delimited: false };
  }
  if (field.message !== undefined) {
    const { message, delimitedEncoding } = field;
    return { kind: 'message', type: () => textType(message), delimited: delimitedEncoding };
  }
  if (field.enum !== undefined) return { kind: 'enum', enum: field.enum };
  return { kind: 'scalar', scalar: field.scalar!, checkUtf8: field.utf8Validation };
}

function entryFields(field: DescField & { fieldKind: 'map' }): TextField[] {
  const none = { repeated: false, map: false, packed: false, implicit: false, required: false, inSet: false };
  const common = { ...none, oneof: undefined };
  const key: TextKind = { kind: 'scalar', scalar: field.mapKey, checkUtf8: field.utf8Validation };
  let value: TextKind;
  if (field.mapKind === 'message') {
    const { message } = field;
    value = { kind: 'message', type: () => textType(message), delimited: false };
  } else if (field.mapKind === 'enum') value = { kind: 'enum', enum: field.enum };
  else value = { kind: 'scalar', scalar: field.scalar, checkUtf8: field.utf8Validation };
  return [
    { ...common, label: 'key', number: 1, value: key },
    { ...common, label: 'value', number: 2, value },
  ];
}
