// Whether a REST API answers as the RPC does: status by the table, bodies as the messages they mean, headers by a list.
import type { DescMessage } from '@bufbuild/protobuf';
import { jsonPrinter } from '../codec/json-printer.ts';
import { jsonReader } from '../codec/json-reader.ts';
import { UserError } from '../errors.ts';
import { streamsResponses } from '../schema/method-kind.ts';
import type { TypeResolver } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import { codeName, type Status } from '../wire/status.ts';
import { type JsonDifference, jsonDifferences } from './diff-json.ts';
import { errorFromBody } from './error-body-read.ts';
import { httpStatusOf } from './http-status.ts';
import { restResponseBody } from './response.ts';
import { httpBodyMessage, isHttpBody } from './response-http-body.ts';
import type { HttpBinding, RestDialect, RestRoute } from './rest.ts';
import { readStreamedBody } from './stream-read.ts';

/** How the RPC ended. */
export interface GrpcAnswer {
  readonly status: Status;
  /** The details of the status as documents with `@type`. */
  readonly details: readonly unknown[];
  /** Headers and trailers. */
  readonly metadata: Metadata;
  readonly messages: readonly Uint8Array[];
}

/** How the REST call ended; names of headers in lower case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Metadata;
  readonly body: Uint8Array;
}

/** One thing that is not the same; a side without the thing is undefined. */
export interface Difference {
  readonly where: 'status' | 'header' | 'body';
  /** A header's name, or the place in the body: `.user.name`, of a stream `[2].name`. */
  readonly path: string;
  readonly grpc: unknown;
  readonly rest: unknown;
}

/** What both answers are answers to. */
export interface DiffOptions {
  readonly route: RestRoute;
  readonly binding: HttpBinding;
  readonly types: TypeResolver;
  readonly dialect: RestDialect;
  /** HEAD: the body is left out on purpose. */
  readonly isHead: boolean;
}

/** Headers that mean the same on both sides, and do not change from call to call. */
const comparedHeaders = new Set(
  (
    'cache-control content-disposition content-language content-range deprecation etag last-modified link location ' +
    'retry-after sunset www-authenticate'
  ).split(' '),
);

/** All differences, none when both sides agree; a failure that is the same on both is no difference. */
export function restDifferences(grpc: GrpcAnswer, http: HttpAnswer, options: DiffOptions): readonly Difference[] {
  return [...headerDifferences(grpc, http, options), ...answerDifferences(grpc, http, options)];
}

function answerDifferences(grpc: GrpcAnswer, http: HttpAnswer, options: DiffOptions): Difference[] {
  const isOk = http.status >= 200 && http.status < 300;
  if (!isOk) return failureDifferences(grpc, http.status, contentType(http), http.body, options.types);
  if (streamsResponses(options.route.method) && !isRaw(options)) return streamDifferences(grpc, http, options);
  if (grpc.status.code !== 0) return [statusDifference(grpc.status, http.status, 0)];
  if (options.isHead) return [];
  return isRaw(options)
    ? rawDifferences(grpc, http, options)
    : messageDifferences(grpc.messages[0], Buffer.from(http.body).toString(), '', options);
}

function contentType({ headers }: HttpAnswer): string {
  return headers.find(([name]) => name === 'content-type')?.[1] ?? '';
}

function statusDifference(status: Status, httpStatus: number, code: number): Difference {
  const expected = httpStatusOf(status.code).code;
  return {
    where: 'status',
    path: '',
    grpc: `${codeName(status.code)} (${expected})`,
    rest: `${httpStatus} (${codeName(code)})`,
  };
}

function failureDifferences(
  grpc: GrpcAnswer,
  httpStatus: number,
  type: string,
  body: Uint8Array,
  types: TypeResolver,
): Difference[] {
  const told = errorFromBody(httpStatus, type, body);
  const { status } = grpc;
  // An HTTP status alone stands for several codes.
  const isSameCode = told.shape === 'none' ? status.code !== 0 : status.code === told.code;
  if (!isSameCode || (httpStatus !== 200 && httpStatusOf(status.code).code !== httpStatus))
    return [statusDifference(status, httpStatus, told.code)];
  // A number alone tells neither message nor details: nothing to compare.
  if (told.shape === 'none' && told.message === '') return [];
  const found: JsonDifference[] = [];
  if (status.message !== told.message) found.push({ path: '.message', left: status.message, right: told.message });
  if (told.shape === 'google' || told.shape === 'gateway')
    found.push(
      ...jsonDifferences(
        grpc.details,
        told.details.map((detail) => withoutDefaults(detail, types)),
        '.details',
      ),
    );
  return found.map(bodyDifference);
}

/** A detail as grepl writes it: grpc-gateway writes fields at their default, too. Of an unknown type it stays. */
function withoutDefaults(detail: unknown, types: TypeResolver): unknown {
  if (typeof detail !== 'object' || detail === null) return detail;
  const { '@type': url, ...fields } = detail as Record<string, unknown>;
  const desc = typeof url === 'string' ? types.message(url.slice(url.lastIndexOf('/') + 1)) : undefined;
  if (!desc || desc.typeName.startsWith('google.protobuf.')) return detail;
  try {
    const message = readJson(desc, JSON.stringify(fields), types, false);
    return { '@type': url, ...JSON.parse(jsonPrinter(desc, { types })(message)) };
  } catch {
    return detail;
  }
}

function bodyDifference({ path, left, right }: JsonDifference): Difference {
  return { where: 'body', path, grpc: left, rest: right };
}

function streamDifferences(grpc: GrpcAnswer, http: HttpAnswer, options: DiffOptions): Difference[] {
  const text = Buffer.from(http.body).toString();
  const { output } = options.route.method;
  const isField = (name: string) => output.fields.some((field) => field.jsonName === name || field.name === name);
  const read = readStreamedBody(contentType(http), text, isField);
  if (!read) return [{ where: 'body', path: '', grpc: 'a stream of messages', rest: text.slice(0, 80) }];
  const found: Difference[] = [];
  for (let at = 0; at < Math.max(grpc.messages.length, read.messages.length); at++)
    found.push(...messageDifferences(grpc.messages[at], read.messages[at], `[${at}]`, options));
  if (read.error !== undefined)
    found.push(...failureDifferences(grpc, 200, 'application/json', Buffer.from(read.error), options.types));
  else if (grpc.status.code !== 0) found.push(statusDifference(grpc.status, http.status, 0));
  return found;
}

/** Compares what the texts mean: the REST one is read as the message it stands for, so that defaults do not matter. */
function messageDifferences(
  message: Uint8Array | undefined,
  text: string | undefined,
  path: string,
  options: DiffOptions,
): Difference[] {
  const grpc = message && shown(message, options);
  if (grpc === undefined || text === undefined) {
    return [{ where: 'body', path, grpc, rest: text === undefined ? undefined : parsed(text) }];
  }
  const read = messageOf(text, options);
  // A null that the other side leaves out is an unset google.protobuf.Value, written out.
  const differences = read.message
    ? jsonDifferences(grpc, shown(read.message, options), path).filter(
        ({ left, right }) => !(left === undefined && right === null),
      )
    : [];
  const unreadable: Difference[] =
    read.problem === undefined ? [] : [{ where: 'body', path, grpc: undefined, rest: read.problem }];
  return [...unreadable, ...differences.map(bodyDifference)];
}

function shown(message: Uint8Array, { route, binding, types }: DiffOptions): unknown {
  const body = restResponseBody(route, message, { types, dialect: 'google', binding, emitDefaults: false });
  return parsed(String(body.data));
}

function messageOf(text: string, options: DiffOptions): { message?: Uint8Array; problem?: string } {
  const { output } = options.route.method;
  const field = output.fields.find(({ name }) => name === options.binding.responseBody);
  const whole = field ? `{${JSON.stringify(field.jsonName)}:${text === '' ? 'null' : text}}` : text;
  const read = (allowUnknown: boolean) => readJson(output, whole, options.types, allowUnknown);
  try {
    return { message: read(false) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    try {
      return { message: read(true), problem: error.message };
    } catch {
      return { problem: error.message };
    }
  }
}

function readJson(desc: DescMessage, text: string, types: TypeResolver, allowUnknown: boolean): Uint8Array {
  return jsonReader(desc, { types, allowUnknown })({ text, from: 'REST body', line: 1, column: 1 });
}

/** The answer is raw bytes. */
function isRaw({ route, binding }: DiffOptions): boolean {
  const { output } = route.method;
  const type =
    binding.responseBody === '' ? output : output.fields.find(({ name }) => name === binding.responseBody)?.message;
  return type !== undefined && isHttpBody(type);
}

/** Of a stream the bodies follow each other; grpc-gateway ends each with a line end. */
function rawDifferences(grpc: GrpcAnswer, http: HttpAnswer, { route, binding, types }: DiffOptions): Difference[] {
  const messages = grpc.messages.length > 0 ? grpc.messages : [httpBodyMessage('', new Uint8Array(0))];
  const bodies = messages.map((message) => restResponseBody(route, message, { types, dialect: 'google', binding }));
  const type = bodies[0]!.contentType;
  const data = Buffer.concat(bodies.map((body) => Buffer.from(body.data)));
  const lines = Buffer.concat(bodies.flatMap((body) => [Buffer.from(body.data), Buffer.from('\n')]));
  const streams = streamsResponses(route.method);
  const found: Difference[] = [];
  if (type !== contentType(http))
    found.push({ where: 'header', path: 'content-type', grpc: type, rest: contentType(http) });
  if (!data.equals(http.body) && !(streams && lines.equals(http.body)))
    found.push({ where: 'body', path: '', grpc: `${data.length} bytes`, rest: `${http.body.length} other bytes` });
  return found;
}

function headerDifferences(grpc: GrpcAnswer, http: HttpAnswer, { dialect }: DiffOptions): Difference[] {
  const prefix = dialect === 'gateway' ? 'grpc-metadata-' : '';
  const names = new Set(grpc.metadata.map(([name]) => name).filter((name) => comparedHeaders.has(name)));
  return [...names].flatMap((name) => {
    const left = valuesOf(grpc.metadata, name);
    const right = valuesOf(http.headers, prefix + name);
    return left === right ? [] : [{ where: 'header' as const, path: name, grpc: left, rest: right }];
  });
}

function valuesOf(headers: Metadata, name: string): string | undefined {
  const values = headers.filter(([one]) => one === name).map(([, value]) => value.trim());
  return values.length === 0 ? undefined : values.join(', ');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 200);
  }
}
