// What a failed call looks like, by whose REST it is, as a response of the document.
import { codeName } from '../wire/status.ts';
import { connectCodeName } from './error-body.ts';
import { httpStatusOf } from './http-status.ts';
import type { Node, Schemas } from './openapi-schema.ts';
import type { RestDialect } from './rest.ts';

// No message is called so: names in a schema have no hyphen.
const schemaName = 'rest-error';

const details: Node = {
  type: 'array',
  items: { type: 'object', properties: { '@type': { type: 'string' } }, additionalProperties: true },
};

/** The `default` response of every operation. */
export function errorResponse(dialect: RestDialect, schemas: Schemas): Node {
  const schema = errorSchema(dialect, schemas);
  const text = `The call failed. HTTP status by gRPC status: ${statuses()}.`;
  if (schema === undefined) return { description: text, headers: statusHeaders };
  return { description: text, content: { 'application/json': { schema } } };
}

/** The schema of the error body; undefined for Envoy, which sends headers alone. */
export function errorSchema(dialect: RestDialect, schemas: Schemas): Node | undefined {
  switch (dialect) {
    case 'google':
      return schemas.add(schemaName, { type: 'object', properties: { error: googleError() }, required: ['error'] });
    case 'gateway':
      return schemas.add(schemaName, {
        type: 'object',
        properties: {
          code: { type: 'integer', description: 'gRPC status code' },
          message: { type: 'string' },
          details,
        },
      });
    case 'connect':
      return schemas.add(schemaName, {
        type: 'object',
        properties: {
          code: { type: 'string', enum: connectCodes() },
          message: { type: 'string' },
          details: connectDetails,
        },
        required: ['code'],
      });
    case 'envoy':
      return undefined;
  }
}

function googleError(): Node {
  return {
    type: 'object',
    properties: {
      code: { type: 'integer', description: 'HTTP status' },
      message: { type: 'string' },
      status: { type: 'string', description: 'Name of the gRPC status code' },
      details,
    },
  };
}

const connectDetails: Node = {
  type: 'array',
  items: {
    type: 'object',
    properties: { type: { type: 'string' }, value: { type: 'string', format: 'byte' }, debug: {} },
    required: ['type', 'value'],
  },
};

const statusHeaders: Node = {
  'grpc-status': { schema: { type: 'integer' }, description: 'gRPC status code' },
  'grpc-message': { schema: { type: 'string' } },
};

function errorCodes(): number[] {
  return Array.from({ length: 16 }, (_, index) => index + 1);
}

function connectCodes(): string[] {
  return errorCodes().map(connectCodeName);
}

/** `400 INVALID_ARGUMENT, FAILED_PRECONDITION; 401 …`. */
function statuses(): string {
  const names = new Map<number, string[]>();
  for (const code of errorCodes()) {
    const { code: status } = httpStatusOf(code);
    names.set(status, [...(names.get(status) ?? []), codeName(code)]);
  }
  return [...names]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => `${status} ${codes.join(', ')}`)
    .join('; ');
}
