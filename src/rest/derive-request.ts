// What a request message offers to a REST mapping: the field that names the thing, the one that is the thing, and whether
// all of it fits into a query.
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { referenceOf } from './derive-resource.ts';
import { isJsonMessage, isTextMessage } from './field-path.ts';
import { singularOf } from './plural.ts';
import { snake, splitWords } from './words.ts';

const idTypes = new Set<ScalarType>([
  ScalarType.STRING,
  ScalarType.INT32,
  ScalarType.INT64,
  ScalarType.UINT32,
  ScalarType.UINT64,
  ScalarType.SINT32,
  ScalarType.SINT64,
  ScalarType.FIXED32,
  ScalarType.FIXED64,
  ScalarType.SFIXED32,
  ScalarType.SFIXED64,
]);

/** True for a field that can be a path variable: one string or integer, which is there whatever else is. */
export function canBeId(field: DescField): boolean {
  return field.fieldKind === 'scalar' && idTypes.has(field.scalar) && field.oneof === undefined;
}

/** True for a field that can hold a resource name. */
export function isText(field: DescField): boolean {
  return field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING && field.oneof === undefined;
}

/** The id field of the thing called by these words: `user_id`, `user_uuid`, `user_name`, `user_key`. */
export function ownId(message: DescMessage, words: readonly string[]): DescField | undefined {
  const stem = snake(words);
  return firstOf(message, [`${stem}_id`, `${stem}_uuid`, `${stem}_name`, `${stem}_key`]);
}

/**
 * An id field that does not say of what, `name`, `id` or `uuid`; else one called as the thing or its last words are
 * (`job_id` or `job` for a TransferJob); else `key` or `slug`.
 */
export function anyId(message: DescMessage, words: readonly string[]): DescField | undefined {
  const generic = firstOf(message, ['name', 'id', 'uuid', snake(words)]);
  if (generic !== undefined) return generic;
  for (let start = 1; start < words.length; start++) {
    const last = words.slice(start);
    const found = ownId(message, last) ?? firstOf(message, [snake(last)]);
    if (found !== undefined) return found;
  }
  return firstOf(message, ['key', 'slug']);
}

function firstOf(message: DescMessage, names: readonly string[]): DescField | undefined {
  for (const name of names) {
    const found = fieldNamed(message, name);
    if (found !== undefined && canBeId(found)) return found;
  }
  return undefined;
}

/** A field by what its name is in snake_case, whatever the schema's own spelling. */
export function fieldNamed(message: DescMessage, name: string): DescField | undefined {
  return (
    message.fields.find((field) => field.name === name) ??
    message.fields.find((field) => snake(splitWords(field.name)) === name)
  );
}

const notResources = /^google\.(protobuf|type|rpc|longrunning)\./;

/**
 * The field that holds the resource itself, for Create and Update of what these words name: the one called so, or of a
 * type called so, or else the one whose name ends alike. Undefined if there is none.
 */
export function resourceField(message: DescMessage, words: readonly string[]): DescField | undefined {
  const candidates = message.fields.filter(
    (field) => field.fieldKind === 'message' && field.oneof === undefined && !notResources.test(field.message.typeName),
  );
  const stems = [snake(words), snake([...words.slice(0, -1), ...words.slice(-1).map(singularOf)])];
  const nameOf = (field: DescField): string => snake(splitWords(field.name)).replace(/_resource$/, '');
  const typeOf = (field: DescField): string =>
    field.fieldKind === 'message' ? snake(splitWords(field.message.name)) : '';
  const endsAlike = (field: DescField): boolean =>
    stems.some((stem) => stem.endsWith(`_${nameOf(field)}`) || nameOf(field).endsWith(`_${stem}`));
  return (
    candidates.find((field) => stems.includes(nameOf(field))) ??
    single(candidates.filter((field) => stems.includes(typeOf(field)))) ??
    single(candidates.filter(endsAlike)) ??
    single(candidates.filter(({ name }) => name.endsWith('_resource')))
  );
}

function single<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}

/**
 * True if every field can be said in a query: no map, bytes, repeated message, Struct or Any, and messages at most two
 * deep. `without` are fields that go elsewhere.
 */
export function fitsQuery(message: DescMessage, without: readonly DescField[] = [], depth = 0): boolean {
  return message.fields.every((field) => without.includes(field) || fieldFits(field, depth));
}

function fieldFits(field: DescField, depth: number): boolean {
  switch (field.fieldKind) {
    case 'map':
      return false;
    case 'scalar':
      return field.scalar !== ScalarType.BYTES;
    case 'enum':
      return true;
    case 'list':
      if (field.listKind === 'message') return isTextMessage(field.message);
      return field.listKind === 'enum' || field.scalar !== ScalarType.BYTES;
    case 'message':
      if (isTextMessage(field.message)) return true;
      return depth < 2 && !isJsonMessage(field.message) && fitsQuery(field.message, [], depth + 1);
  }
}

/**
 * The text field that holds the resource name of what a method acts on: `name`; else the first that the schema says is
 * one, or `resource`. Beside a `parent` only `name` counts: the others are what else the method needs.
 */
export function resourceNameField(message: DescMessage): DescField | undefined {
  const texts = message.fields.filter(isText);
  const called = (name: string): DescField | undefined => texts.find((field) => field.name === name);
  if (called('name') !== undefined || called('parent') !== undefined) return called('name');
  return texts.find((field) => referenceOf(field) !== undefined) ?? called('resource');
}
