// Messages and enums as JSON schemas (OpenAPI 3.1): each in components/schemas under its full name, referred to by $ref.
import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { behaviourOf } from './openapi-behaviour.ts';
import { description } from './openapi-comments.ts';

/** A JSON schema, or any other object of the document. */
export type Node = Record<string, unknown>;

const scalars = new Map<ScalarType, Node>([
  [ScalarType.DOUBLE, { type: 'number', format: 'double' }],
  [ScalarType.FLOAT, { type: 'number', format: 'float' }],
  [ScalarType.INT32, { type: 'integer', format: 'int32' }],
  [ScalarType.SINT32, { type: 'integer', format: 'int32' }],
  [ScalarType.SFIXED32, { type: 'integer', format: 'int32' }],
  [ScalarType.UINT32, { type: 'integer', format: 'uint32', minimum: 0 }],
  [ScalarType.FIXED32, { type: 'integer', format: 'uint32', minimum: 0 }],
  // 64 bits do not fit a JSON number; readers take numbers too, but generators stumble over a choice of types.
  [ScalarType.INT64, { type: 'string', format: 'int64' }],
  [ScalarType.SINT64, { type: 'string', format: 'int64' }],
  [ScalarType.SFIXED64, { type: 'string', format: 'int64' }],
  [ScalarType.UINT64, { type: 'string', format: 'uint64' }],
  [ScalarType.FIXED64, { type: 'string', format: 'uint64' }],
  [ScalarType.BOOL, { type: 'boolean' }],
  [ScalarType.STRING, { type: 'string' }],
  [ScalarType.BYTES, { type: 'string', format: 'byte' }],
]);

const wellKnown = new Map<string, Node>([
  ['google.protobuf.Timestamp', { type: 'string', format: 'date-time' }],
  ['google.protobuf.Duration', { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$' }],
  ['google.protobuf.FieldMask', { type: 'string', description: 'Field names in lowerCamelCase, joined by commas.' }],
  ['google.protobuf.Empty', { type: 'object' }],
  ['google.protobuf.Struct', { type: 'object', additionalProperties: true }],
  ['google.protobuf.Value', {}],
  ['google.protobuf.ListValue', { type: 'array', items: {} }],
  ['google.protobuf.NullValue', { type: 'null' }],
  [
    'google.protobuf.Any',
    { type: 'object', properties: { '@type': { type: 'string' } }, required: ['@type'], additionalProperties: true },
  ],
  ['google.protobuf.DoubleValue', { type: 'number', format: 'double' }],
  ['google.protobuf.FloatValue', { type: 'number', format: 'float' }],
  ['google.protobuf.Int64Value', { type: 'string', format: 'int64' }],
  ['google.protobuf.UInt64Value', { type: 'string', format: 'uint64' }],
  ['google.protobuf.Int32Value', { type: 'integer', format: 'int32' }],
  ['google.protobuf.UInt32Value', { type: 'integer', format: 'uint32', minimum: 0 }],
  ['google.protobuf.BoolValue', { type: 'boolean' }],
  ['google.protobuf.StringValue', { type: 'string' }],
  ['google.protobuf.BytesValue', { type: 'string', format: 'byte' }],
]);

/** The schemas of a document: grows with every type that is referred to. */
export class Schemas {
  readonly #made = new Map<string, Node>();
  readonly #waiting: (DescMessage | DescEnum)[] = [];

  /** The schema of a message or enum: in place for well-known types, else a reference. */
  of(type: DescMessage | DescEnum): Node {
    const known = wellKnown.get(type.typeName);
    if (known !== undefined) return { ...known };
    if (!this.#made.has(type.typeName)) {
      this.#made.set(type.typeName, {});
      this.#waiting.push(type);
    }
    return { $ref: `#/components/schemas/${type.typeName}` };
  }

  /** The schema of a field's JSON value. */
  ofField(field: DescField): Node {
    switch (field.fieldKind) {
      case 'scalar':
        return { ...scalars.get(field.scalar) };
      case 'enum':
        return this.of(field.enum);
      case 'message':
        return this.of(field.message);
      case 'list':
        return { type: 'array', items: this.#element(field) };
      case 'map':
        return { type: 'object', additionalProperties: this.#element(field) };
    }
  }

  #element(field: DescField & { fieldKind: 'list' | 'map' }): Node {
    if (field.message !== undefined) return this.of(field.message);
    if (field.enum !== undefined) return this.of(field.enum);
    return { ...scalars.get(field.scalar as ScalarType) };
  }

  /**
   * The schema of a message without some of its fields, given as paths of proto names: those that the URL holds. Without
   * any it is a reference.
   */
  without(message: DescMessage, paths: readonly string[]): Node {
    return paths.length === 0 || wellKnown.has(message.typeName) ? this.of(message) : this.#object(message, paths);
  }

  /** Adds a schema that no type of the schema stands for. */
  add(name: string, schema: Node): Node {
    if (!this.#made.has(name)) this.#made.set(name, schema);
    return { $ref: `#/components/schemas/${name}` };
  }

  /** All schemas by name, in the order of the names. */
  all(): Node {
    for (let type = this.#waiting.pop(); type !== undefined; type = this.#waiting.pop())
      this.#made.set(type.typeName, type.kind === 'enum' ? enumSchema(type) : this.#object(type, []));
    return Object.fromEntries([...this.#made].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #object(message: DescMessage, without: readonly string[]): Node {
    const fields = message.fields.filter(({ name }) => !without.includes(name));
    const properties = fields.map((field) => {
      const inner = without.filter((path) => path.startsWith(`${field.name}.`));
      return [
        field.jsonName,
        this.#property(
          field,
          inner.map((path) => path.slice(field.name.length + 1)),
        ),
      ] as const;
    });
    const required = fields.filter(isRequired).map(({ jsonName }) => jsonName);
    return {
      type: 'object',
      ...description(message),
      ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
      ...(required.length === 0 ? {} : { required }),
      ...atMostOne(message, fields),
      ...(message.deprecated ? { deprecated: true } : {}),
    };
  }

  #property(field: DescField, without: readonly string[]): Node {
    const schema = field.fieldKind === 'message' ? this.without(field.message, without) : this.ofField(field);
    const behaviour = behaviourOf(field);
    return {
      ...schema,
      ...description(field),
      ...(behaviour.has('OUTPUT_ONLY') ? { readOnly: true } : {}),
      ...(behaviour.has('INPUT_ONLY') ? { writeOnly: true } : {}),
      ...(field.deprecated ? { deprecated: true } : {}),
    };
  }
}

/** True for fields that must be given: proto2's required ones, and those annotated so. */
export function isRequired(field: DescField): boolean {
  return field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED || behaviourOf(field).has('REQUIRED');
}

/** Of the members of a oneof one at most may be there. */
function atMostOne(message: DescMessage, fields: readonly DescField[]): Node {
  const choices = message.oneofs.flatMap((oneof) => {
    const given = oneof.fields
      .filter((field) => fields.includes(field))
      .map(({ jsonName }) => ({ required: [jsonName] }));
    return given.length < 2 ? [] : [{ oneOf: [...given, { not: { anyOf: given } }] }];
  });
  if (choices.length === 0) return {};
  return choices.length === 1 ? choices[0]! : { allOf: choices };
}

function enumSchema(type: DescEnum): Node {
  const own = description(type).description;
  const values = type.values.map((value) => {
    const { description: text } = description(value);
    return text === undefined ? undefined : `- \`${value.name}\`: ${text.replace(/\s+/g, ' ')}`;
  });
  const text = [own, values.filter((line) => line !== undefined).join('\n')].filter((part) => part).join('\n\n');
  return {
    type: 'string',
    ...(text === '' ? {} : { description: text }),
    enum: type.values.map(({ name }) => name),
    ...(type.deprecated ? { deprecated: true } : {}),
  };
}
