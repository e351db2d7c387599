// The fields of a request that go into the query, as OpenAPI parameters.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { isJsonMessage, isTextMessage } from './field-path.ts';
import { description } from './openapi-comments.ts';
import { isRequired, type Node, type Schemas } from './openapi-schema.ts';

/** How deep messages are followed: below that a query is no form that people write. */
const deepest = 3;

/**
 * One parameter for each field that a query can hold, nested ones as `filter.author`, repeated ones given once for each
 * element. `without` are the paths of proto names that go elsewhere. Maps, repeated messages and the like have no such
 * form and are left out.
 */
export function queryParameters(request: DescMessage, without: readonly string[], schemas: Schemas): Node[] {
  const parameters: Node[] = [];
  const add = (
    message: DescMessage,
    json: string,
    proto: string,
    above: readonly DescMessage[],
    must: boolean,
  ): void => {
    for (const field of message.fields) {
      const path = `${proto}${field.name}`;
      if (without.includes(path)) continue;
      const name = `${json}${field.jsonName}`;
      if (isLeaf(field)) parameters.push(parameter(field, name, path, must && isRequired(field), schemas));
      else if (field.fieldKind === 'message' && canEnter(field.message, above))
        add(field.message, `${name}.`, `${path}.`, [...above, field.message], must && isRequired(field));
    }
  };
  add(request, '', '', [request], true);
  return parameters;
}

function parameter(field: DescField, name: string, path: string, required: boolean, schemas: Schemas): Node {
  return {
    name,
    in: 'query',
    ...(required ? { required } : {}),
    ...description(field),
    ...(field.deprecated ? { deprecated: true } : {}),
    schema: schemas.ofField(field),
    ...(field.fieldKind === 'list' ? { style: 'form', explode: true } : {}),
    'x-proto-field': path,
  };
}

function isLeaf(field: DescField): boolean {
  if (field.fieldKind === 'map') return false;
  if (field.fieldKind === 'message') return isTextMessage(field.message);
  return field.fieldKind !== 'list' || field.listKind !== 'message' || isTextMessage(field.message);
}

function canEnter(message: DescMessage, above: readonly DescMessage[]): boolean {
  return above.length <= deepest && !above.includes(message) && !isJsonMessage(message);
}
