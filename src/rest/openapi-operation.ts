// One binding of one method as an OpenAPI operation.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { streamsRequests, streamsResponses } from '../schema/method-kind.ts';
import { summaryAndDescription } from './openapi-comments.ts';
import { errorSchema } from './openapi-errors.ts';
import { queryParameters } from './openapi-query.ts';
import type { Node, Schemas } from './openapi-schema.ts';
import type { HttpBinding, RestDialect, RestRoute } from './rest.ts';
import { streamWriter } from './stream-forms.ts';

/** What an operation is made of. */
export interface OperationParts {
  readonly route: RestRoute;
  readonly binding: HttpBinding;
  readonly operationId: string;
  readonly pathParameters: readonly Node[];
  readonly schemas: Schemas;
  readonly dialect: RestDialect;
}

const streaming = { unary: undefined, server_streaming: 'server', client_streaming: 'client', bidi_streaming: 'bidi' };

/** The operation object. */
export function operation(parts: OperationParts): Node {
  const { route, binding, operationId, pathParameters } = parts;
  const { method } = route;
  const parameters = [...pathParameters, ...queryOf(parts)];
  const stream = streaming[method.methodKind];
  return {
    tags: [method.parent.typeName],
    ...summaryAndDescription(method),
    operationId,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(parts),
    responses: responses(parts),
    ...(method.deprecated ? { deprecated: true } : {}),
    'x-grpc-method': `${method.parent.typeName}/${method.name}`,
    ...(stream === undefined ? {} : { 'x-grpc-streaming': stream }),
    'x-google-template': binding.template.text,
    ...derivation(route),
  };
}

function derivation({ source, confidence, reason, fallback }: RestRoute): Node {
  return source === 'derived' ? { 'x-derived': { confidence, reason, fallback } } : {};
}

/** True for the GET of a bidirectional stream, which is a WebSocket's handshake. */
function isUpgrade({ route, binding }: OperationParts): boolean {
  return route.method.methodKind === 'bidi_streaming' && binding.httpMethod === 'GET';
}

function queryOf(parts: OperationParts): Node[] {
  const { binding, route, schemas } = parts;
  if (binding.body === '*' || isUpgrade(parts)) return [];
  const elsewhere = [...pathFields(binding), ...(binding.body === '' ? [] : [binding.body])];
  return queryParameters(route.method.input, elsewhere, schemas);
}

function pathFields({ template }: HttpBinding): string[] {
  return template.variables.map(({ path }) => path);
}

function requestBody(parts: OperationParts): { requestBody?: Node } {
  const { binding, route, schemas } = parts;
  if (binding.body === '' || isUpgrade(parts)) return {};
  const { input } = route.method;
  const inPath = pathFields(binding);
  if (binding.body === '*') {
    if (isHttpBody(input)) return { requestBody: { content: rawContent, required: true } };
    const schema = schemas.without(input, inPath);
    return {
      requestBody: { content: streamsRequests(route.method) ? streamed(schema) : json(schema), required: true },
    };
  }
  const field = input.fields.find(({ name }) => name === binding.body);
  if (field === undefined) return {};
  if (field.fieldKind === 'message' && isHttpBody(field.message)) return { requestBody: { content: rawContent } };
  const inner = inPath
    .filter((path) => path.startsWith(`${field.name}.`))
    .map((path) => path.slice(field.name.length + 1));
  const schema = field.fieldKind === 'message' ? schemas.without(field.message, inner) : schemas.ofField(field);
  return { requestBody: { content: json(schema) } };
}

function responses(parts: OperationParts): Node {
  if (isUpgrade(parts)) {
    const description = 'Switches to a WebSocket: each text message is one JSON message, both ways.';
    return { '101': { description }, default: { $ref: '#/components/responses/Error' } };
  }
  if (parts.binding.httpMethod === 'HEAD')
    return { '200': { description: 'OK' }, default: { $ref: '#/components/responses/Error' } };
  const streams = streamsResponses(parts.route.method);
  const content = streams ? streamedResponse(parts) : wholeResponse(parts);
  return {
    '200': { description: streams ? 'The messages of the stream.' : 'OK', content },
    default: { $ref: '#/components/responses/Error' },
  };
}

function responseField({ binding, route }: OperationParts): DescField | undefined {
  return route.method.output.fields.find(({ name }) => name === binding.responseBody);
}

function messageSchema(parts: OperationParts): Node {
  const field = responseField(parts);
  return field === undefined ? parts.schemas.of(parts.route.method.output) : parts.schemas.ofField(field);
}

function wholeResponse(parts: OperationParts): Node {
  const field = responseField(parts);
  const message = field === undefined ? parts.route.method.output : field.message;
  return message !== undefined && isHttpBody(message) ? rawContent : json(messageSchema(parts));
}

/** The three forms of a stream; where an envelope is usual, the messages are in it. */
function streamedResponse(parts: OperationParts): Node {
  const { route, dialect, schemas } = parts;
  if (responseField(parts) === undefined && isHttpBody(route.method.output)) return rawContent;
  const message = messageSchema(parts);
  const error = errorSchema(dialect, schemas);
  const item = dialect === 'gateway' ? { type: 'object', properties: { result: message, error } } : message;
  // Where lines have the array's own content type, the lines are what comes without asking.
  const lines = streamWriter('ndjson', dialect).contentType;
  return {
    'application/json': { schema: { type: 'array', items: item } },
    [lines]: { schema: item },
    'text/event-stream': { schema: item },
  };
}

function json(schema: Node): Node {
  return { 'application/json': { schema } };
}

function streamed(schema: Node): Node {
  return { 'application/x-ndjson': { schema }, 'application/json': { schema: { type: 'array', items: schema } } };
}

const rawContent: Node = { '*/*': { schema: { type: 'string', format: 'binary' } } };

function isHttpBody(message: DescMessage): boolean {
  return message.typeName === 'google.api.HttpBody';
}
