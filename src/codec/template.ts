// A request document to fill in: every field of a message with a value that may stay, so that the document can be sent
// as it is. Also the same as FIELD=VALUE words.
import type { DescEnum, DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { jsonString } from '../schema/quote.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { fieldsFromJson } from './field-words.ts';
import { wellKnownTemplate } from './template-well-known.ts';

/** How a template is made. */
export interface TemplateOptions {
  readonly types: TypeResolver;
  /** Field names in lowerCamelCase (the default) or as in the proto source. */
  readonly names?: 'json' | 'proto' | undefined;
  /**
   * `grepl`: every field, of a oneof the first member. `grpcurl`: as its `-msg-template`: fields by number, no scalar
   * members of a oneof, no proto3 `optional` scalars, of a oneof the last message.
   */
  readonly style?: 'grepl' | 'grpcurl' | undefined;
}

/** A oneof in a template: its path, the names of all its members, and the one that is in the document. */
export interface OneofAlternatives {
  readonly oneof: string;
  readonly members: readonly string[];
  readonly shown: string;
}

/** A JSON value with its members in order; scalars as they are written. */
type Json = string | readonly Json[] | { readonly members: readonly (readonly [string, Json])[] };

/** Fields that a template may have before messages in it stay empty: a document of more is of no use to a person. */
const maxFields = 3000;

/** Readers of documents take a hundred levels. */
const maxDepth = 45;

/**
 * The template as JSON, indented by two blanks, without a line feed at the end. Lists and maps have one element,
 * messages are filled, a type inside itself shows its fields once more and then ends.
 */
export function template(message: DescMessage, options: TemplateOptions): string {
  return print(new TemplateMaker(options).message(message, [], ''), '');
}

/**
 * The FIELD=VALUE words that stand for the same document as `template`. A message that JSON writes as a string or number
 * is given by its fields.
 */
export function templateFields(message: DescMessage, options: Partial<TemplateOptions> = {}): string[] {
  const maker = new TemplateMaker(options);
  const whole = maker.message(message, [], '');
  return fieldsFromJson(message, print(typeof whole === 'string' ? maker.fields(message, [], '') : whole, ''));
}

/** The oneofs of the message and of the messages in its template, in the order of the document. */
export function oneofAlternatives(
  message: DescMessage,
  options: Pick<TemplateOptions, 'names'> = {},
): OneofAlternatives[] {
  const maker = new TemplateMaker(options);
  maker.message(message, [], '');
  return maker.oneofs;
}

class TemplateMaker {
  readonly oneofs: OneofAlternatives[] = [];
  private readonly options: Partial<TemplateOptions>;
  private left = maxFields;

  constructor(options: Partial<TemplateOptions>) {
    this.options = options;
  }

  /** `around` are the types that this message is in; `path` is where it stands, for oneofs. */
  message(desc: DescMessage, around: readonly DescMessage[], path: string): Json {
    return this.wellKnown(desc) ?? this.fields(desc, around, path);
  }

  /** The fields of a message, also of a well-known type. */
  fields(desc: DescMessage, around: readonly DescMessage[], path: string): Json {
    const recursive = around.includes(desc) || around.length >= maxDepth;
    const members: [string, Json][] = [];
    for (const field of this.shownFields(desc)) {
      this.left--;
      const name = this.name(field);
      const where = path === '' ? name : `${path}.${name}`;
      const value = recursive || this.left < 0 ? this.unset(field) : this.field(field, [...around, desc], where);
      if (value !== undefined) members.push([name, value]);
    }
    if (!recursive) this.noteOneofs(desc, path);
    return { members };
  }

  private wellKnown(desc: DescMessage): Json | undefined {
    const hasEmpty = this.options.types?.message('google.protobuf.Empty') !== undefined;
    return wellKnownTemplate(desc, this.options.style ?? 'grepl', hasEmpty);
  }

  private name(field: DescField): string {
    return this.options.names === 'proto' ? field.name : field.jsonName;
  }

  private shownFields(desc: DescMessage): DescField[] {
    if (this.options.style !== 'grpcurl') return desc.fields.filter((f) => !f.oneof || shownMember(f.oneof) === f);
    const sorted = [...desc.fields].sort((a, b) => a.number - b.number);
    return sorted.filter((field) => {
      if (field.proto.proto3Optional) return field.message !== undefined;
      const messages = field.oneof?.fields.filter((member) => member.message !== undefined);
      return messages === undefined || messages.sort((a, b) => a.number - b.number).at(-1) === field;
    });
  }

  private noteOneofs(desc: DescMessage, path: string): void {
    if (this.options.style === 'grpcurl') return;
    for (const oneof of desc.oneofs) {
      const shown = shownMember(oneof);
      if (shown === undefined || oneof.fields.length < 2) continue;
      const members = oneof.fields.map((field) => this.name(field));
      this.oneofs.push({ oneof: path === '' ? oneof.name : `${path}.${oneof.name}`, members, shown: this.name(shown) });
    }
  }

  private field(field: DescField, around: readonly DescMessage[], path: string): Json {
    if (field.fieldKind === 'map') {
      const value = this.value(field.message, field.enum, field.scalar, around, `${path}.*`);
      return { members: [[keyOf(field.mapKey), value]] };
    }
    if (field.fieldKind === 'list') {
      return [this.value(field.message, field.enum, field.scalar, around, `${path}[0]`)];
    }
    if (field.message) return this.message(field.message, around, path);
    return defaultOf(field);
  }

  private value(
    message: DescMessage | undefined,
    desc: DescEnum | undefined,
    scalar: ScalarType | undefined,
    around: readonly DescMessage[],
    path: string,
  ): Json {
    if (message) return this.message(message, around, path);
    return desc ? enumText(desc, undefined) : scalarText(scalar!, undefined);
  }

  /** A field of a message that is not gone into any further; undefined leaves it out. */
  private unset(field: DescField): Json | undefined {
    if (field.fieldKind === 'map') return { members: [] };
    if (field.fieldKind === 'list') return [];
    const inOneof = field.oneof !== undefined || field.proto.proto3Optional;
    if (inOneof && (this.options.style === 'grpcurl' || field.message)) return undefined;
    return field.message ? 'null' : defaultOf(field);
  }
}

function shownMember(oneof: DescOneof): DescField | undefined {
  return oneof.fields[0];
}

function defaultOf(field: DescField): Json {
  if (field.fieldKind === 'enum') return enumText(field.enum, field.getDefaultValue());
  return field.fieldKind === 'scalar' ? scalarText(field.scalar, field.getDefaultValue()) : 'null';
}

function enumText(desc: DescEnum, number: number | undefined): string {
  if (desc.typeName === 'google.protobuf.NullValue') return 'null';
  const value = number === undefined ? undefined : desc.value[number];
  return JSON.stringify((value ?? desc.values[0])?.name ?? 0);
}

function scalarText(scalar: ScalarType, value: unknown): string {
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'));
  switch (scalar) {
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return JSON.stringify(String(value ?? 0));
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return jsonString(String(value ?? ''));
    case ScalarType.BOOL:
      return String(value ?? false);
    default:
      return numberText((value ?? 0) as number);
  }
}

function numberText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  return Object.is(value, -0) ? '-0' : String(value);
}

function keyOf(scalar: ScalarType): string {
  if (scalar === ScalarType.STRING) return '';
  return scalar === ScalarType.BOOL ? 'false' : '0';
}

function print(value: Json, indent: string): string {
  if (typeof value === 'string') return value;
  const inner = `${indent}  `;
  if ('members' in value) {
    const members = value.members.map(([name, member]) => `${inner}${jsonString(name)}: ${print(member, inner)}`);
    return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  return value.length === 0 ? '[]' : `[\n${value.map((item) => inner + print(item, inner)).join(',\n')}\n${indent}]`;
}
