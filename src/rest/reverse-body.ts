// The body of an HTTP request as the fields it stands for: the whole request, one field, or the bytes of an HttpBody.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { jsonReader } from '../codec/json-reader.ts';
import { JsonCursor } from '../codec/json-reader-cursor.ts';
import { UserError } from '../errors.ts';
import { quoted } from '../schema/quote.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { httpBodyMessage, isHttpBody } from './response-http-body.ts';
import { RestInputError } from './reverse-error.ts';
import { readerOf, wrapped } from './reverse-value.ts';

/** A request's body and how to read it. */
export interface InputBody {
  readonly data: string | Uint8Array | undefined;
  readonly contentType: string | undefined;
  readonly types: TypeResolver;
  /** Unknown fields are errors. */
  readonly strict: boolean;
  /** Read JSON whatever the content type says, as users of curl expect. */
  readonly anyContentType: boolean;
}

/**
 * A message with the fields that the body sets. `bodyField` is the binding's: `*` or a field. Throws RestInputError 400
 * for what is no JSON of the type, with line, column and field path, 415 for another content type than JSON.
 */
export function messageFromBody(
  input: DescMessage,
  bodyField: string,
  body: InputBody,
  warnings: string[],
): Uint8Array {
  const field = bodyField === '*' ? undefined : input.fields.find(({ name }) => name === bodyField);
  const type = field ? (field.fieldKind === 'message' ? field.message : undefined) : input;
  if (type && isHttpBody(type)) {
    if (body.data === undefined) return new Uint8Array(0);
    const raw = typeof body.data === 'string' ? Buffer.from(body.data) : body.data;
    const message = httpBodyMessage(body.contentType ?? '', raw);
    return field ? wrapped(field, message) : message;
  }
  const text = textOf(body.data);
  if (text.trim() === '') return new Uint8Array(0);
  checkContentType(body, warnings);
  return field ? readField(input, field, text, body, warnings) : readJson(input, text, 1, body, warnings);
}

/** Reads one field's value by the reader of its message, as if the body stood behind the field's name. */
function readField(
  input: DescMessage,
  field: DescField,
  text: string,
  body: InputBody,
  warnings: string[],
): Uint8Array {
  // First, since `{},"other":1` must not reach other fields.
  checkOneValue(text, field);
  const start = `{${JSON.stringify(field.jsonName)}:`;
  return readJson(input, `${start}${text}}`, 1 - start.length, body, warnings);
}

function checkOneValue(text: string, field: DescField): void {
  const cursor = new JsonCursor({ lenient: false, allowUnknown: true });
  try {
    cursor.start({ text, from: 'body', line: 1, column: 1 });
    cursor.skipValue();
    cursor.finish();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new RestInputError(400, error.message, field.name);
  }
}

function readJson(desc: DescMessage, text: string, column: number, body: InputBody, warnings: string[]): Uint8Array {
  const document = { text, from: 'body', line: 1, column };
  try {
    return readerOf(desc, body.types)(document);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (body.strict) throw refused(error);
    const tolerant = readTolerant(desc, document, body.types);
    warnings.push(`${error.message}: ignored`);
    return tolerant;
  }
}

/** Reads past unknown fields. Throws RestInputError for what else is wrong. */
function readTolerant(
  desc: DescMessage,
  document: Parameters<ReturnType<typeof jsonReader>>[0],
  types: TypeResolver,
): Uint8Array {
  try {
    return jsonReader(desc, { types, allowUnknown: true })(document);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw refused(error);
  }
}

function refused({ message }: UserError): RestInputError {
  return new RestInputError(400, message, fieldOf(message));
}

/** The field path in a reader's message: `body:1:10: book.title: expected …`. */
function fieldOf(message: string): string {
  return /^body:-?\d+:-?\d+: ([^\s:]+): /.exec(message)?.[1] ?? '';
}

function textOf(data: string | Uint8Array | undefined): string {
  if (data === undefined) return '';
  if (typeof data === 'string') return data.replace(/^\ufeff/, '');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data);
  } catch {
    throw new RestInputError(400, 'the body is not UTF-8');
  }
}

function checkContentType({ contentType, anyContentType }: InputBody, warnings: string[]): void {
  const [type = ''] = (contentType ?? '').toLowerCase().split(';');
  const media = type.trim();
  if (media === '' || /^application\/(?:[\w.+-]+\+)?json$/.test(media)) return;
  if (!anyContentType) {
    throw new RestInputError(415, `content type ${quoted(media)} is not read here: send application/json`);
  }
  warnings.push(`the body is labelled ${media}, and read as JSON all the same`);
}
