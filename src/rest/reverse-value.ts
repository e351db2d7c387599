// The text of a path variable or a query parameter as a field on the wire. Texts are checked for their type here, then
// read by the reader of JSON documents, so that both accept the same.
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { BinaryWriter } from '../codec/binary-writer.ts';
import type { RequestDocument } from '../codec/document-source.ts';
import { wrappedScalar } from '../codec/field-shape.ts';
import { jsonReader } from '../codec/json-reader.ts';
import { UserError } from '../errors.ts';
import { quoted } from '../schema/quote.ts';
import type { TypeResolver } from '../schema/schema.ts';
import type { RestDialect } from './rest.ts';
import { RestInputError } from './reverse-error.ts';
import type { QueryField } from './reverse-query.ts';

type Reader = (document: RequestDocument) => Uint8Array;

const readers = new WeakMap<TypeResolver, Map<DescMessage, Reader>>();

/** The lenient JSON reader of a type, kept. */
export function readerOf(desc: DescMessage, types: TypeResolver): Reader {
  let known = readers.get(types);
  if (!known) {
    known = new Map();
    readers.set(types, known);
  }
  let reader = known.get(desc);
  if (!reader) {
    reader = jsonReader(desc, { types });
    known.set(desc, reader);
  }
  return reader;
}

/**
 * A message in which the field at the end of `fields` holds these texts (one, unless it is repeated; of a map the value
 * of the key) and nothing else is set. Throws RestInputError 400 for a text that is none of the field's type; `where` names it: `query` or `path`.
 */
export function fieldFromTexts(
  { fields, texts, key }: QueryField,
  where: string,
  types: TypeResolver,
  dialect: RestDialect | undefined,
): Uint8Array {
  const leaf = fields.at(-1)!;
  const path = fields.map(({ name }) => name).join('.');
  const values = texts.map((text) => jsonText(leaf, text, path, dialect));
  const inMap = leaf.fieldKind === 'map' && key !== undefined ? `{${JSON.stringify(key)}:${values[0]}}` : undefined;
  const value = leaf.fieldKind === 'list' ? `[${values.join(',')}]` : (inMap ?? values[0]!);
  const text = `{${JSON.stringify(leaf.jsonName)}:${value}}`;
  let bytes: Uint8Array;
  try {
    bytes = readerOf(leaf.parent, types)({ text, from: where, line: 1, column: 1 });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new RestInputError(400, `${where}: ${path}: ${reasonOf(error.message)}`, path);
  }
  for (const outer of fields.slice(0, -1).toReversed()) bytes = wrapped(outer, bytes);
  return bytes;
}

/** A message as the value of a singular message field, with its tag. */
export function wrapped(field: DescField, contents: Uint8Array): Uint8Array {
  const out = new BinaryWriter(contents.length + 16);
  if (field.fieldKind === 'message' && field.delimitedEncoding) {
    out.tag(field.number, 3);
    out.raw(contents);
    out.tag(field.number, 4);
  } else {
    out.tag(field.number, 2);
    out.bytes(contents);
  }
  return out.finish();
}

/** The reader's reason without the place, which a parameter does not have. */
function reasonOf(message: string): string {
  return message.replace(/^\w+:-?\d+:-?\d+: (?:[^\s:]+: )?/, '');
}

/** The JSON value for one text. */
function jsonText(field: DescField, text: string, path: string, dialect: RestDialect | undefined): string {
  if (field.enum) return enumText(field, text, path);
  const scalar = field.message ? wrappedScalar(field.message) : field.scalar;
  if (scalar !== undefined) return scalarText(scalar, text, path, dialect);
  return JSON.stringify(text);
}

function enumText(field: DescField, text: string, path: string): string {
  const desc = field.enum!;
  const isNumber = /^-?\d{1,10}$/.test(text);
  if (!isNumber && !desc.values.some(({ name, jsonName }) => name === text || jsonName === text)) {
    const names = desc.values.slice(0, 12).map(({ name }) => name);
    throw bad(path, `unknown enum value ${quoted(text)}: ${desc.typeName} has ${names.join(', ')}`);
  }
  return isNumber ? String(Number(text)) : JSON.stringify(text);
}

/** Go's strconv.ParseBool, which grpc-gateway reads parameters with. */
const goTrue = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const goFalse = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

function scalarText(scalar: ScalarType, text: string, path: string, dialect: RestDialect | undefined): string {
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return JSON.stringify(text);
    case ScalarType.BOOL:
      if (text === 'true' || text === 'false') return text;
      if (dialect === 'gateway' && goTrue.has(text)) return 'true';
      if (dialect === 'gateway' && goFalse.has(text)) return 'false';
      throw bad(path, `invalid bool ${quoted(text)}: true or false`);
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      if (/^(?:NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/.test(text)) return JSON.stringify(text);
      throw bad(path, `invalid number ${quoted(text)}`);
    default:
      if (/^-?\d+$/.test(text)) return `"${text.replace(/^(-?)0+(?=\d)/, '$1')}"`;
      throw bad(path, `invalid integer ${quoted(text)}`);
  }
}

function bad(path: string, what: string): RestInputError {
  return new RestInputError(400, `${path}: ${what}`, path);
}
