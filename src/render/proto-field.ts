// The parts of a field's declaration: where it stands, its label, type and options.
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FieldOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { optionsOf, type Printing, refer } from './proto-layout.ts';
import { floatText, quotedBytes, quotedText } from './proto-literal.ts';
import type { OptionEntry } from './proto-options.ts';

/** Where a field stands: in a message or, for an extension, in a message or file. */
export interface FieldPlace {
  /** Full name of the message, or the package. */
  readonly scope: string;
  /** The messages declared beside it, where the types of maps and groups are. */
  readonly nested: readonly DescriptorProto[];
  /** Path of those messages without their index. */
  readonly nestedPath: readonly number[];
}

/** `inner` as a full name inside `scope`, which may be the empty package. */
export function nameIn(scope: string, inner: string): string {
  return scope === '' ? inner : `${scope}.${inner}`;
}

function nestedType(field: FieldDescriptorProto, place: FieldPlace): DescriptorProto | undefined {
  const typeName = field.typeName.replace(/^\./, '');
  return place.nested.find((each) => nameIn(place.scope, each.name) === typeName);
}

/** The message that a group field declares along with itself. */
export function groupOf(field: FieldDescriptorProto, place: FieldPlace): DescriptorProto | undefined {
  return field.type === FieldDescriptorProto_Type.GROUP ? nestedType(field, place) : undefined;
}

/** The entry message of a map field. */
export function mapEntryOf(field: FieldDescriptorProto, place: FieldPlace): DescriptorProto | undefined {
  if (field.label !== FieldDescriptorProto_Label.REPEATED) return undefined;
  const entry = nestedType(field, place);
  return entry?.options?.mapEntry === true ? entry : undefined;
}

/** Whether `field` is a declared member of oneof `index`; the oneof of a proto3 `optional` is not declared. */
export function isMember(field: FieldDescriptorProto, index: number): boolean {
  return Object.hasOwn(field, 'oneofIndex') && field.oneofIndex === index && !field.proto3Optional;
}

/** `optional `, `repeated `, `required ` or nothing, as the syntax of the file wants it. */
export function labelText(field: FieldDescriptorProto, place: FieldPlace, printing: Printing): string {
  if (field.proto3Optional) return 'optional ';
  if (Object.hasOwn(field, 'oneofIndex') || mapEntryOf(field, place) !== undefined) return '';
  if (field.label === FieldDescriptorProto_Label.REPEATED) return 'repeated ';
  const { syntax } = printing.file.proto;
  if (syntax !== '' && syntax !== 'proto2') return '';
  return field.label === FieldDescriptorProto_Label.REQUIRED ? 'required ' : 'optional ';
}

/** The type of a field as it stands in its declaration; of a map `map<K, V>`. */
export function typeText(field: FieldDescriptorProto, place: FieldPlace, printing: Printing): string {
  const entry = mapEntryOf(field, place);
  const key = entry?.field.find((each) => each.number === 1);
  const value = entry?.field.find((each) => each.number === 2);
  if (key !== undefined && value !== undefined) {
    return `map<${typeText(key, place, printing)}, ${typeText(value, place, printing)}>`;
  }
  if (field.typeName !== '') return refer(field.typeName, [place.scope], printing);
  return (FieldDescriptorProto_Type[field.type] ?? '').toLowerCase();
}

/** What stands in the brackets behind a field: default, JSON name, options. */
export function fieldOptions(field: FieldDescriptorProto, place: FieldPlace, printing: Printing): OptionEntry[] {
  const { entries } = optionsOf(FieldOptionsSchema, field.options, nameIn(place.scope, field.name), printing);
  const all = [...entries];
  const extra = (name: string, word: string): void => {
    all.unshift({ name, custom: false, value: { word } });
  };
  if (field.jsonName !== '' && field.extendee === '' && field.jsonName !== defaultJsonName(field.name)) {
    extra('json_name', quotedText(field.jsonName));
  }
  if (Object.hasOwn(field, 'defaultValue')) extra('default', defaultText(field, printing));
  return all;
}

function defaultText(field: FieldDescriptorProto, printing: Printing): string {
  const text = field.defaultValue;
  switch (field.type) {
    case FieldDescriptorProto_Type.STRING:
      return quotedText(text);
    case FieldDescriptorProto_Type.BYTES:
      return quotedBytes(unescapeBytes(text));
    case FieldDescriptorProto_Type.DOUBLE:
    case FieldDescriptorProto_Type.FLOAT: {
      const value = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY, nan: Number.NaN }[text];
      return printing.sorted
        ? floatDefault(value ?? Number(text), field.type === FieldDescriptorProto_Type.FLOAT)
        : text;
    }
    default:
      return text;
  }
}

function floatDefault(value: number, single: boolean): string {
  return floatText(single ? Math.fround(value) : value, single, true);
}

// Defaults of bytes fields are kept C-escaped in the descriptor (descriptor.proto, default_value).
function unescapeBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  const codes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11 };
  for (const [, octal, hex, escaped, plain] of text.matchAll(
    /\\([0-7]{1,3})|\\x([0-9a-fA-F]{1,2})|\\(.)|([^\\]+|\\$)/gs,
  )) {
    if (octal !== undefined) bytes.push(Number.parseInt(octal, 8) & 0xff);
    else if (hex !== undefined) bytes.push(Number.parseInt(hex, 16));
    else if (escaped !== undefined) bytes.push(codes[escaped] ?? escaped.charCodeAt(0));
    else bytes.push(...new TextEncoder().encode(plain));
  }
  return Uint8Array.from(bytes);
}

/** The JSON name a field has if none is declared (protoc: underscores go, the letter after one becomes a capital). */
export function defaultJsonName(name: string): string {
  return name.replace(/_+([a-z])?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase());
}
