// Option values between braces: protobuf's text format, read from the tokens of a .proto file into wire bytes.
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { DescriptorProto, FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import { FieldType as Type } from '../descriptor-enums.ts';
import { quoted } from '../quote.ts';
import { nearestHint } from './nearest-hint.ts';
import { extensionOf, fieldOf, isPacked, isRepeated, messageOf, type OptionContext } from './option-type.ts';
import { scalarBytes, tagged, taggedMessage, taggedPacked } from './option-value.ts';
import { errorAt, type Token } from './source-text.ts';

interface Reader {
  readonly context: OptionContext;
  at: number;
}

interface Values {
  readonly field: FieldDescriptorProto;
  /** Its message, or itself for an extension. */
  readonly owner: string;
  readonly values: Uint8Array[];
}

/**
 * The bytes of a message written as `{ … }` or `< … >`, fields in the order of their numbers; `open` is the index of the
 * brace.
 *
 * @returns also the index after the closing brace.
 * @throws UserError code 4 for syntax errors, unknown fields and values that do not fit.
 */
export function aggregateBytes(
  context: OptionContext,
  typeName: string,
  open: number,
): { bytes: Uint8Array; next: number } {
  const reader: Reader = { context, at: open };
  const bytes = readMessage(reader, typeName);
  return { bytes, next: reader.at };
}

function readMessage(reader: Reader, typeName: string): Uint8Array {
  const { context } = reader;
  const close = peek(reader)?.text === '<' ? '>' : '}';
  reader.at++;
  const message = messageOf(context.symbols, typeName);
  if (!message) throw errorAt(context.source, peek(reader), `${typeName} is no message that can be read`);
  const fields = new Map<number, Values>();
  let any: Uint8Array = new Uint8Array();
  while (peek(reader)?.text !== close) {
    if (!peek(reader)) throw errorAt(context.source, undefined, `"${close}" is missing`);
    const name = readName(reader);
    if (name.isExtension && name.text.includes('/')) any = readAny(reader, name.text, name.token);
    else readField(reader, fields, typeName, message, name);
    if (/^[,;]$/.test(peek(reader)?.text ?? '')) reader.at++;
  }
  reader.at++;
  const writer = new BinaryWriter().raw(any);
  for (const [, { field, owner, values }] of [...fields].sort(([a], [b]) => a - b)) {
    if (isPacked(context.symbols, field, owner)) writer.raw(taggedPacked(field, values));
    else for (const value of values) writer.raw(isMessage(field) ? taggedMessage(field, value) : tagged(field, value));
  }
  return writer.finish();
}

// `name`, `[pkg.extension]` or, inside google.protobuf.Any, `[host/pkg.Type]`.
function readName(reader: Reader): { text: string; isExtension: boolean; token: Token | undefined } {
  const { source } = reader.context;
  const token = peek(reader);
  reader.at++;
  if (token?.kind === 'word') return { text: token.text, isExtension: false, token };
  if (token?.text !== '[')
    throw errorAt(source, token, `unexpected ${quoted(token?.text ?? 'end of file')}, expected a field name`);
  let text = '';
  for (let part = peek(reader); part?.text !== ']'; part = peek(reader)) {
    if (!part) throw errorAt(source, token, '"[" is never closed');
    text += part.text;
    reader.at++;
  }
  reader.at++;
  return { text, isExtension: true, token: source.tokens[reader.at - 2] };
}

function readField(
  reader: Reader,
  fields: Map<number, Values>,
  typeName: string,
  message: DescriptorProto,
  name: { text: string; isExtension: boolean; token: Token | undefined },
): void {
  const { context } = reader;
  const extension = name.isExtension
    ? extensionOf(context, typeName, name.text, `${typeName}.x`, name.token)
    : undefined;
  const field = extension?.descriptor ?? fieldOf(message, name.text);
  if (!field) {
    const names = message.field.map((other) => other.name);
    throw errorAt(
      context.source,
      name.token,
      `${typeName} has no field ${quoted(name.text)}`,
      nearestHint(name.text, names),
    );
  }
  const hasColon = peek(reader)?.text === ':';
  if (hasColon) reader.at++;
  const values = fields.get(field.number) ?? { field, owner: extension?.fullName ?? typeName, values: [] };
  fields.set(field.number, values);
  if (values.values.length > 0 && !isRepeated(field)) {
    throw errorAt(context.source, name.token, `${field.name} is given twice`);
  }
  if (peek(reader)?.text === '[' && isRepeated(field)) readList(reader, field, values.values);
  else values.values.push(readValue(reader, field));
}

function readList(reader: Reader, field: FieldDescriptorProto, values: Uint8Array[]): void {
  reader.at++;
  while (peek(reader)?.text !== ']') {
    values.push(readValue(reader, field));
    if (peek(reader)?.text === ',') reader.at++;
    else if (peek(reader)?.text !== ']') {
      throw errorAt(
        reader.context.source,
        peek(reader),
        `unexpected ${quoted(peek(reader)?.text ?? 'end of file')}, expected "," or "]"`,
      );
    }
  }
  reader.at++;
}

function readValue(reader: Reader, field: FieldDescriptorProto): Uint8Array {
  const { context } = reader;
  const token = peek(reader);
  if (isMessage(field)) {
    if (token?.text === '{' || token?.text === '<') return readMessage(reader, field.typeName.slice(1));
    throw errorAt(context.source, token, `${field.name} is a message, give it as { … }`);
  }
  const first = reader.at;
  if (token?.kind === 'string') while (peek(reader)?.kind === 'string') reader.at++;
  else reader.at += token?.text === '-' ? 2 : 1;
  return scalarBytes(context, field, first, reader.at);
}

function readAny(reader: Reader, url: string, token: Token | undefined): Uint8Array {
  const { context } = reader;
  const typeName = url.slice(url.lastIndexOf('/') + 1);
  if (!messageOf(context.symbols, typeName)) throw errorAt(context.source, token, `unknown type ${quoted(typeName)}`);
  if (peek(reader)?.text === ':') reader.at++;
  const value = readMessage(reader, typeName);
  const writer = new BinaryWriter().tag(1, WireType.LengthDelimited).string(url);
  return writer.tag(2, WireType.LengthDelimited).bytes(value).finish();
}

function isMessage(field: FieldDescriptorProto): boolean {
  return field.type === Type.MESSAGE || field.type === Type.GROUP;
}

function peek(reader: Reader): Token | undefined {
  return reader.context.source.tokens[reader.at];
}
