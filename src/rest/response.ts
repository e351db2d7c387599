// What a response message is as the body of an HTTP answer: ProtoJSON, one of its fields, or raw bytes.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { BinaryReader } from '../codec/binary-reader.ts';
import { jsonPrinter } from '../codec/json-printer.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { httpBodyOf, isHttpBody } from './response-http-body.ts';
import type { HttpBinding, RestBody, RestDialect, RestRoute } from './rest.ts';

/** How a response is written. */
export interface ResponseOptions {
  readonly types: TypeResolver;
  readonly dialect: RestDialect;
  /** The binding that was called; the primary one if absent. */
  readonly binding?: HttpBinding | undefined;
  /** Write fields at their default too; by default as the dialect does (gateway: yes). */
  readonly emitDefaults?: boolean | undefined;
  readonly onWarning?: ((text: string) => void) | undefined;
}

type Print = (bytes: Uint8Array) => RestBody;

/**
 * The body of the HTTP answer for one response message: the message or its response_body field as JSON, an HttpBody as
 * its bytes. Fields the schema lacks are left out. Throws MessageError for bytes that are no message of the type.
 */
export function restResponseBody(route: RestRoute, message: Uint8Array, options: ResponseOptions): RestBody {
  return responsePrinter(route, options)(message);
}

/** As restResponseBody, made ready for many messages of one method. */
export function responsePrinter(route: RestRoute, options: ResponseOptions): (message: Uint8Array) => RestBody {
  const { output } = route.method;
  const name = (options.binding ?? route.bindings[0])?.responseBody ?? '';
  const emitDefaults = options.emitDefaults ?? options.dialect === 'gateway';
  const field = name === '' ? undefined : output.fields.find((candidate) => candidate.name === name);
  const known = printers.get(output);
  const key = `${name} ${emitDefaults}`;
  const cached = options.onWarning ? undefined : known?.get(key);
  if (cached?.types === options.types) return cached.print;
  const print = field
    ? fieldPrinter(output, field, emitDefaults, options)
    : messagePrinter(output, emitDefaults, options);
  if (!options.onWarning) {
    if (known) known.set(key, { types: options.types, print });
    else printers.set(output, new Map([[key, { types: options.types, print }]]));
  }
  return print;
}

const printers = new WeakMap<DescMessage, Map<string, { types: TypeResolver; print: Print }>>();

function messagePrinter(desc: DescMessage, emitDefaults: boolean, options: ResponseOptions): Print {
  if (isHttpBody(desc)) return httpBodyOf;
  const print = jsonOf(desc, emitDefaults, options);
  return (bytes) => ({ contentType: 'application/json', data: print(bytes) });
}

function jsonOf(desc: DescMessage, emitDefaults: boolean, options: ResponseOptions): (bytes: Uint8Array) => string {
  const { types, onWarning } = options;
  return jsonPrinter(desc, { types, emitDefaults, nullMessages: emitDefaults, unknown: 'drop', onWarning });
}

/** Prints one field alone: an object, an array or a bare value; its default if it is unset. */
function fieldPrinter(desc: DescMessage, field: DescField, emitDefaults: boolean, options: ResponseOptions): Print {
  if (field.fieldKind === 'message' && isHttpBody(field.message)) return (bytes) => httpBodyOf(contents(bytes, field));
  // A type that has this field alone: the others are unknown to it, and dropped.
  const alone: DescMessage = { ...desc, fields: [field] };
  const print = jsonOf(alone, emitDefaults, options);
  const prefix = JSON.stringify(field.jsonName).length + 2;
  const printDefault = jsonPrinter(alone, { types: options.types, emitDefaults: true, nullMessages: true });
  return (bytes) => {
    const text = print(bytes);
    const data = text === '{}' ? printDefault(new Uint8Array(0)) : text;
    return { contentType: 'application/json', data: data === '{}' ? 'null' : data.slice(prefix, -1) };
  };
}

/** The contents of a message field; parts are merged, unset is empty. */
function contents(bytes: Uint8Array, field: DescField): Uint8Array {
  const reader = new BinaryReader(bytes, field.parent.typeName);
  const parts: Uint8Array[] = [];
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === ((field.number << 3) | 2)) parts.push(reader.chunk());
    else reader.skip(tag);
  }
  return Buffer.concat(parts);
}
