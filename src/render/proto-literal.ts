// Values as they stand in proto source: in options, in defaults and in message literals of the text format.
import { type DescField, fromBinary, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import type { TypeResolver } from '../schema/schema.ts';
import { extensionsIn } from './proto-extensions.ts';

/** A value of proto source: one word, or a message or list of more of them. */
export type Literal =
  | { readonly word: string }
  | { readonly open: '{' | '['; readonly items: readonly { readonly name?: string; readonly value: Literal }[] };

/** What decides how values look. */
export interface LiteralOptions {
  readonly types: TypeResolver | undefined;
  /** As grpcurl prints: floats with six decimals where that loses nothing, names of extensions with a leading dot. */
  readonly asGrpcurl: boolean;
}

/** The literal of one field's value as protobuf reflection hands it out; lists become `[…]`, maps a list of entries. */
export function fieldLiteral(field: DescField, value: unknown, options: LiteralOptions): Literal {
  if (field.fieldKind === 'list') {
    const items = Array.from(value as Iterable<unknown>, (item) => ({ value: singular(field, item, options) }));
    return { open: '[', items };
  }
  if (field.fieldKind !== 'map') return singular(field, value, options);
  const sorted = [...(value as Iterable<[unknown, unknown]>)].sort(([a], [b]) =>
    (a as string) < (b as string) ? -1 : 1,
  );
  const entries = sorted.map(([key, item]) => ({
    value: {
      open: '{' as const,
      items: [
        { name: 'key', value: { word: scalarText(field.mapKey, key, options) } },
        { name: 'value', value: singular(field, item, options) },
      ],
    },
  }));
  return { open: '[', items: entries };
}

type TypedAsField = Pick<DescField, 'message' | 'enum' | 'scalar'>;

function singular(field: TypedAsField, value: unknown, options: LiteralOptions): Literal {
  if (field.message !== undefined) return messageLiteral(value as ReflectMessage, options);
  if (field.enum !== undefined) {
    return { word: field.enum.values.find((each) => each.number === value)?.name ?? String(value) };
  }
  return { word: scalarText(field.scalar as ScalarType, value, options) };
}

/** A message as `{ name: value }` with its set fields by number, extensions as `[full.name]`, an Any as its content. */
function messageLiteral(message: ReflectMessage, options: LiteralOptions): Literal {
  const unpacked = message.desc.typeName === 'google.protobuf.Any' ? anyContent(message, options) : undefined;
  if (unpacked !== undefined) return unpacked;
  const items = message.sortedFields
    .filter((field) => message.isSet(field))
    .map((field) => ({ name: literalName(field), value: fieldLiteral(field, message.get(field), options) }));
  for (const { extension, field, value } of extensionsIn(message.message, message.desc, options.types).known) {
    items.push({
      name: `[${options.asGrpcurl ? '.' : ''}${extension.typeName}]`,
      value: fieldLiteral(field, value, options),
    });
  }
  return { open: '{', items };
}

// The text format names a group by its type (protobuf text format, "Field names").
function literalName(field: DescField): string {
  const isGroup = field.message !== undefined && field.proto.type === 10;
  return isGroup ? field.message.name : field.name;
}

function anyContent(message: ReflectMessage, options: LiteralOptions): Literal | undefined {
  const any = message.message as unknown as { typeUrl: string; value: Uint8Array };
  const type = options.types?.message(any.typeUrl.slice(any.typeUrl.lastIndexOf('/') + 1));
  if (type === undefined) return undefined;
  try {
    const content = reflect(type, fromBinary(type, any.value));
    return { open: '{', items: [{ name: `[${any.typeUrl}]`, value: messageLiteral(content, options) }] };
  } catch {
    // Bytes that do not fit the type are shown as type_url and value.
    return undefined;
  }
}

function scalarText(type: ScalarType, value: unknown, options: LiteralOptions): string {
  if (type === ScalarType.STRING) return quotedText(String(value));
  if (type === ScalarType.BYTES) return quotedBytes(value as Uint8Array);
  if (type === ScalarType.FLOAT || type === ScalarType.DOUBLE) {
    return floatText(value as number, type === ScalarType.FLOAT, options.asGrpcurl);
  }
  return String(value);
}

/** A float as proto source writes it: `inf`, `nan`, the shortest digits that read back as the same number. */
export function floatText(value: number, single: boolean, sixDecimals: boolean): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value < 0 ? '-inf' : 'inf';
  const same = (text: string): boolean => (single ? Math.fround(Number(text)) : Number(text)) === value;
  if (sixDecimals && Math.abs(value) >= 1e21) return `${BigInt(value)}.000000`;
  if (sixDecimals && same(value.toFixed(6))) return value.toFixed(6);
  if (Object.is(value, -0)) return '-0';
  for (let digits = 6; single && digits < 10; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (same(text)) return text;
  }
  return String(value);
}

/** A string literal; letters of all scripts stay, control characters and what turns the reading direction do not. */
export function quotedText(text: string): string {
  const inner = text.replace(/["\\\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    const short = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return short ?? octal(new TextEncoder().encode(character));
  });
  return `"${inner}"`;
}

/** A bytes literal: printable ASCII as it is, all else escaped in octal. */
export function quotedBytes(bytes: Uint8Array): string {
  let inner = '';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    const short = { 10: '\\n', 13: '\\r', 9: '\\t', 34: '\\"', 92: '\\\\' }[byte];
    inner += plain ? String.fromCharCode(byte) : (short ?? octal([byte]));
  }
  return `"${inner}"`;
}

function octal(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** A literal on one line. */
function inlineLiteral(literal: Literal): string {
  if ('word' in literal) return literal.word;
  const close = literal.open === '{' ? '}' : ']';
  if (literal.items.length === 0) return `${literal.open} ${close}`;
  const items = literal.items.map((item) => labelled(item.name, inlineLiteral(item.value)));
  return `${literal.open} ${items.join(', ')} ${close}`;
}

/** A literal as lines, the first and last without indentation, broken where one line is longer than `limit`. */
export function literalLines(literal: Literal, limit: number, indent = ''): string[] {
  const line = inlineLiteral(literal);
  if ('word' in literal || literal.items.length === 0 || line.length <= limit) return [line];
  const inner = `${indent}  `;
  const lines = literal.items.flatMap((item, at) => {
    const [first, ...rest] = literalLines(item.value, limit, inner);
    const all = [inner + labelled(item.name, first!), ...rest];
    if (at < literal.items.length - 1) all.push(`${all.pop()},`);
    return all;
  });
  return [literal.open, ...lines, `${indent}${literal.open === '{' ? '}' : ']'}`];
}

function labelled(name: string | undefined, value: string): string {
  return name === undefined ? value : `${name}: ${value}`;
}
