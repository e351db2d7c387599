// A query string as fields of the request: names by JSON or proto name at every step, and what to do with parameters
// that have no place.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { quoted } from '../schema/quote.ts';
import { isTextMessage } from './field-path.ts';
import { EscapeError, unescapeText } from './query-escape.ts';
import type { HttpBinding } from './rest.ts';
import { RestInputError } from './reverse-error.ts';

/** A field that parameters set, with all its texts in their order. */
export interface QueryField {
  readonly fields: readonly DescField[];
  readonly texts: string[];
  /** Of a map, the key that the text is for. */
  readonly key?: string | undefined;
}

/** What a query says. */
export interface QueryFields {
  readonly found: readonly QueryField[];
  /** Names that were passed over, as they were written. */
  readonly ignored: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads a query (without `?`) for a binding. Throws RestInputError 400 for malformed escapes, for fields that no
 * parameter can set and for a second value of a singular field; `strict` also for parameters that have no place. With
 * `takesMaps`, as grpc-gateway does, `field[key]=value` sets an entry of a map.
 */
export function readQuery(
  input: DescMessage,
  binding: HttpBinding,
  query: string,
  { strict, takesMaps }: { readonly strict: boolean; readonly takesMaps: boolean },
): QueryFields {
  const reader = new QueryReader(input, binding, strict, takesMaps);
  for (const pair of query.split('&')) if (pair !== '') reader.add(pair);
  return { found: [...reader.found.values()], ignored: [...reader.ignored], warnings: reader.warnings };
}

class QueryReader {
  readonly found = new Map<string, QueryField>();
  readonly ignored = new Set<string>();
  readonly warnings: string[] = [];
  private readonly oneofs = new Map<string, string>();
  private readonly input: DescMessage;
  private readonly binding: HttpBinding;
  private readonly strict: boolean;
  private readonly takesMaps: boolean;

  constructor(input: DescMessage, binding: HttpBinding, strict: boolean, takesMaps: boolean) {
    this.input = input;
    this.binding = binding;
    this.strict = strict;
    this.takesMaps = takesMaps;
  }

  add(pair: string): void {
    const equals = pair.indexOf('=');
    const key = decoded(equals < 0 ? pair : pair.slice(0, equals));
    if (this.binding.body === '*') {
      this.ignore(key, `query ignored: ${quoted(key)}, since the body is the whole request`);
      return;
    }
    const [, mapPath, mapKey] = (this.takesMaps && /^([^\n]*)\[([^\n]*)\]$/.exec(key)) || [];
    const fields = this.resolve(mapPath ?? key);
    if (!fields) return;
    const path = fields.map(({ name }) => name).join('.');
    const bound = this.boundBy(path);
    if (bound !== undefined) {
      this.ignore(key, `${path} is bound by ${bound}: the query parameter is ignored`);
      return;
    }
    checkLeaf(fields.at(-1)!, path, mapKey);
    const text = decoded(equals < 0 ? '' : pair.slice(equals + 1));
    const place = mapKey === undefined ? path : `${path}[${mapKey}]`;
    const known = this.found.get(place);
    if (!known) {
      this.noteOneofs(fields);
      this.found.set(place, { fields, texts: [text], key: mapKey });
    } else if (fields.at(-1)!.fieldKind === 'list') known.texts.push(text);
    else throw new RestInputError(400, `${path}: too many values for a field that is not repeated`, path);
  }

  /** The fields along a key; undefined, and ignored, if there is no such field. */
  private resolve(key: string): DescField[] | undefined {
    const fields: DescField[] = [];
    let desc: DescMessage | undefined = this.input;
    for (const name of key.split('.')) {
      const before = fields.at(-1);
      if (!desc) {
        const path = fields.map((field) => field.name).join('.');
        throw new RestInputError(400, `${quoted(key)}: ${before!.name} is not a singular message`, path);
      }
      const field: DescField | undefined =
        desc.fields.find(({ jsonName }) => jsonName === name) ?? desc.fields.find((other) => other.name === name);
      if (!field) {
        this.ignore(
          key,
          `unknown query parameter ${quoted(key)} is ignored: ${desc.typeName} has no field ${quoted(name)}`,
        );
        return undefined;
      }
      fields.push(field);
      desc = field.fieldKind === 'message' ? field.message : undefined;
    }
    return fields;
  }

  private boundBy(path: string): string | undefined {
    if (this.binding.template.variables.some((variable) => variable.path === path)) return 'path';
    const { body } = this.binding;
    return body !== '' && (path === body || path.startsWith(`${body}.`)) ? 'body' : undefined;
  }

  private noteOneofs(fields: readonly DescField[]): void {
    let path = '';
    for (const field of fields) {
      const { oneof } = field;
      const place = path;
      path = path === '' ? field.name : `${path}.${field.name}`;
      // The oneof of an optional field has that field alone.
      if (!oneof) continue;
      const before = this.oneofs.get(`${place} ${oneof.name}`);
      if (before !== undefined && before !== path) {
        throw new RestInputError(400, `${before} and ${path} exclude each other (oneof ${oneof.name})`, path);
      }
      this.oneofs.set(`${place} ${oneof.name}`, path);
    }
  }

  private ignore(key: string, warning: string): void {
    if (this.strict) throw new RestInputError(400, warning.replace(' is ignored', '').replace(' ignored', ''));
    if (!this.ignored.has(key)) this.warnings.push(warning);
    this.ignored.add(key);
  }
}

function checkLeaf(field: DescField, path: string, mapKey: string | undefined): void {
  if (mapKey !== undefined && field.fieldKind !== 'map') {
    throw new RestInputError(400, `${path}: only a map takes a key in brackets`, path);
  }
  const what =
    field.fieldKind === 'map' && mapKey === undefined
      ? 'a map'
      : field.message && !isTextMessage(field.message)
        ? `a message (${field.message.typeName})`
        : undefined;
  if (what !== undefined) throw new RestInputError(400, `${path}: ${what} cannot be a parameter`, path);
}

function decoded(text: string): string {
  try {
    return unescapeText(text, 'query');
  } catch (error) {
    if (!(error instanceof EscapeError)) throw error;
    throw new RestInputError(400, `in the query: ${error.message}`);
  }
}
