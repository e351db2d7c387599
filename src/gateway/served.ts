// What the gateway keeps of each binding of a method: its reader and its printer, made when first used and then used for
// every request.
import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import { typesNamed } from '../codec/any.ts';
import { anyTypesOf, typeFetcher } from '../codec/any-types.ts';
import type { RequestDocument } from '../codec/document-source.ts';
import { jsonReader } from '../codec/json-reader.ts';
import { responsePrinter } from '../rest/response.ts';
import { isHttpBody } from '../rest/response-http-body.ts';
import type { HttpBinding, RestBody, RestDialect, RestRoute } from '../rest/rest.ts';
import type { Schema, TypeResolver } from '../schema/schema.ts';

/** A method as the gateway serves it. */
export interface Served {
  readonly route: RestRoute;
  readonly method: DescMethod;
  /** `/package.Service/Method`. */
  readonly callPath: string;
  /** The answer is raw bytes with a type of their own. */
  readonly isHttpBody: boolean;
  readonly takesHttpBody: boolean;
  /** A message of a stream of requests. Throws UserError 3. */
  read(document: RequestDocument): Uint8Array;
  /** The answer's body. Throws MessageError. */
  body(message: Uint8Array): RestBody;
  /** The answer's JSON, as one message of a stream. Throws MessageError. */
  print(message: Uint8Array): string;
  /** Fetches types of Any values that printing will need; undefined when there are none to fetch. */
  fetchTypes(message: Uint8Array): Promise<void> | undefined;
  /** The same for a request's text. */
  fetchNamed(text: string): Promise<void> | undefined;
}

/** Makes what is kept of one binding of a method. */
export function serveBinding(route: RestRoute, binding: HttpBinding, schema: Schema, dialect: RestDialect): Served {
  const { method } = route;
  const { types } = schema;
  const answer = binding.responseBody === '' ? method.output : typeOf(method.output, binding.responseBody);
  const request = binding.body === '*' ? method.input : typeOf(method.input, binding.body);
  const fetch = typeFetcher(schema);
  let reader: ((document: RequestDocument) => Uint8Array) | undefined;
  let printer: ((message: Uint8Array) => RestBody) | undefined;
  const body = (message: Uint8Array): RestBody => {
    printer ??= responsePrinter(route, { types, dialect, binding });
    return printer(message);
  };
  return {
    route,
    method,
    callPath: `/${method.parent.typeName}/${method.name}`,
    isHttpBody: answer !== undefined && isHttpBody(answer),
    takesHttpBody: request !== undefined && isHttpBody(request),
    read: (document) => {
      reader ??= jsonReader(method.input, { types, allowUnknown: true });
      return reader(document);
    },
    body,
    print: (message) => String(body(message).data),
    fetchTypes: anyTypesOf(method.output, schema, fetch),
    fetchNamed: (text) => fetch(unknownNames(text, types)),
  };
}

/** What a client names and the schema lacks, up to a number that no sensible request reaches. */
function unknownNames(text: string, types: TypeResolver): string[] {
  const names = typesNamed(text).filter((name) => types.message(name) === undefined);
  return names.slice(0, 100);
}

function typeOf(message: DescMessage, field: string): DescMessage | undefined {
  return message.fields.find(({ name }) => name === field)?.message;
}
