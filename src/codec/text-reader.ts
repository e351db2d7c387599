// Protobuf text format → message bytes, for `--in text` and grpcurl's `-format text`. Accepts what protoc accepts, and
// JSON field names and field numbers besides, and says of every fault where it stands and which field it concerns.
// https://protobuf.dev/reference/protobuf/textformat-spec/
import type { DescMessage } from '@bufbuild/protobuf';
import { UserError } from '../errors.ts';
import { quoted } from '../schema/quote.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { didYouMean } from '../schema/suggest.ts';
import { BinaryWriter } from './binary-writer.ts';
import type { RequestDocument } from './document.ts';
import { type FieldValues, isZero, type TextValue, writeFields, zeroOf } from './text-encode.ts';
import { describe, readScalar } from './text-scalar.ts';
import { skipValue } from './text-skip.ts';
import { TextScanner } from './text-token.ts';
import { labels, type TextField, type TextType, textField, textType } from './text-type.ts';

/** How text format is read. */
export interface TextReaderOptions {
  readonly types: TypeResolver;
  /** Passes over fields that the type does not have. */
  readonly allowUnknown?: boolean | undefined;
  /** Accepts only what protoc does: no JSON names, no field numbers, no message without its required fields. */
  readonly strict?: boolean | undefined;
}

const maxDepth = 100;

/**
 * A reader of documents in text format for one message type; what it returns is the serialized message, fields by
 * number. The reader throws UserError 3 with place, field path and what was expected.
 */
export function textReader(
  message: DescMessage,
  options: TextReaderOptions,
): (document: RequestDocument) => Uint8Array {
  const type = textType(message);
  return (document) => new TextParser(document, options).parse(type);
}

class TextParser {
  private readonly document: RequestDocument;
  private readonly options: TextReaderOptions;
  private readonly scanner: TextScanner;
  /** The fields being read, outermost first, for messages. */
  private readonly path: string[] = [];

  constructor(document: RequestDocument, options: TextReaderOptions) {
    this.document = document;
    this.options = options;
    this.scanner = new TextScanner(document.text, this.fail);
  }

  parse(type: TextType): Uint8Array {
    return this.fields(type, '', 1);
  }

  /** Fields up to the closing symbol or, if that is empty, the end; the cursor goes behind it. */
  private fields(type: TextType, close: string, depth: number): Uint8Array {
    const { scanner } = this;
    const opened = scanner.token.start;
    if (depth > maxDepth) this.fail(opened, `nested to more than depth ${maxDepth}`);
    const fields: FieldValues = new Map();
    while (close === '' || !scanner.at(close)) {
      if (scanner.token.kind === 'end') {
        if (close === '') break;
        this.fail(scanner.token.start, `expected a field or ${quoted(close)}, got the end of the text`);
      }
      this.field(type, fields, depth);
      if (!scanner.take(',')) scanner.take(';');
    }
    if (type.desc === undefined) fillEntry(type, fields);
    if (this.options.strict) this.requireAll(type, fields);
    if (close !== '') scanner.next();
    const writer = new BinaryWriter(128);
    writeFields(writer, fields);
    return writer.finish();
  }

  private field(type: TextType, fields: FieldValues, depth: number): void {
    const { scanner } = this;
    const { start, kind, text } = scanner.token;
    let field: TextField | undefined;
    if (scanner.at('[')) {
      const name = scanner.bracketName();
      if (name.includes('/')) {
        this.expandedAny(type, fields, name, start, depth);
        return;
      }
      field = this.extension(type, name, start);
    } else {
      if (kind !== 'name' && !this.isNumber(text)) {
        this.fail(start, `expected a field name of ${type.typeName}, got ${describe(scanner.token)}`);
      }
      scanner.next();
      field = this.named(type, text, start);
    }
    if (field === undefined) {
      skipValue(scanner, this.fail, depth);
      return;
    }
    this.path.push(field.label);
    this.refuseSecond(fields, field, start);
    this.value(field, fields, depth);
    this.path.pop();
  }

  private isNumber(text: string): boolean {
    return this.options.strict !== true && /^[1-9]\d{0,8}$/.test(text);
  }

  /** The field of that name; undefined if it is to be passed over. */
  private named(type: TextType, name: string, start: number): TextField | undefined {
    const field = type.byName.get(name) ?? (this.isNumber(name) ? type.byNumber.get(Number(name)) : undefined);
    if (field !== undefined) return field;
    const desc = type.desc?.fields.find((f) => f.name === name || (!this.options.strict && f.jsonName === name));
    if (desc !== undefined) return type.byNumber.get(desc.number);
    if (type.desc?.proto.reservedName.includes(name) || this.options.allowUnknown) return undefined;
    const hint = didYouMean(name, labels(type));
    return this.fail(start, `${type.typeName} has no field ${quoted(name)}`, hint);
  }

  private extension(type: TextType, name: string, start: number): TextField | undefined {
    const extension = this.options.types.extensionByName(name);
    if (extension !== undefined && extension.extendee.typeName === type.typeName) return textField(extension);
    if (this.options.allowUnknown) return undefined;
    if (extension === undefined) return this.fail(start, `unknown extension ${quoted(name)}`);
    return this.fail(start, `${name} extends ${extension.extendee.typeName}, not ${type.typeName}`);
  }

  /** Throws if the field may be given once and was, or if another member of its oneof was. */
  private refuseSecond(fields: FieldValues, field: TextField, start: number): void {
    if (field.repeated) return;
    if (fields.has(field.number)) this.fail(start, 'given twice, but the field is not repeated');
    if (field.oneof === undefined) return;
    for (const other of fields.values()) {
      if (other.field.oneof === field.oneof) {
        this.fail(start, `${other.field.label} is given too; oneof ${field.oneof.name} takes one of them`);
      }
    }
  }

  private requireAll(type: TextType, fields: FieldValues): void {
    for (const field of type.byNumber.values()) {
      if (field.required && !fields.has(field.number)) {
        this.fail(this.scanner.token.start, `${type.typeName} requires the field ${field.label}`);
      }
    }
  }

  private value(field: TextField, fields: FieldValues, depth: number): void {
    const { scanner } = this;
    const colon = scanner.take(':');
    if (!colon && field.value.kind !== 'message') {
      this.fail(scanner.token.start, `expected ":" after the field name, got ${describe(scanner.token)}`);
    }
    const entry = fields.get(field.number) ?? { field, values: [] };
    fields.set(field.number, entry);
    if (scanner.at('[') && !field.repeated) this.fail(scanner.token.start, 'a list, but the field is not repeated');
    if (!scanner.take('[')) {
      const value = this.element(field, depth);
      if (field.implicit && isZero(value)) entry.values.length = 0;
      else entry.values.push(value);
      return;
    }
    if (scanner.take(']')) return;
    for (;;) {
      entry.values.push(this.listElement(field, entry.values.length, depth));
      if (scanner.take(']')) return;
      if (!scanner.take(',')) {
        this.fail(scanner.token.start, `expected "," or "]" in the list, got ${describe(scanner.token)}`);
      }
    }
  }

  private listElement(field: TextField, index: number, depth: number): TextValue {
    this.path.push(`[${index}]`);
    const value = this.element(field, depth);
    this.path.pop();
    return value;
  }

  private element(field: TextField, depth: number): TextValue {
    const { scanner } = this;
    if (field.value.kind !== 'message') return readScalar(scanner, field.value, this.fail);
    const type = field.value.type();
    if (scanner.take('{')) return this.fields(type, '}', depth + 1);
    if (scanner.take('<')) return this.fields(type, '>', depth + 1);
    const what = field.map ? 'a map entry { key: … value: … }' : `${type.typeName} in { }`;
    return this.fail(scanner.token.start, `expected ${what}, got ${describe(scanner.token)}`);
  }

  /** `[type.googleapis.com/pkg.Type] { … }` inside google.protobuf.Any (textformat-spec, "Any"). */
  private expandedAny(type: TextType, fields: FieldValues, url: string, start: number, depth: number): void {
    if (type.typeName !== 'google.protobuf.Any') this.fail(start, `a type URL, but ${type.typeName} is not an Any`);
    if (fields.size > 0) this.fail(start, 'the expanded form goes alone, without type_url, value or another one');
    const inner = this.options.types.message(url.slice(url.lastIndexOf('/') + 1));
    const hint = 'load the schema that defines it, or write type_url and value';
    const innerType = inner === undefined ? this.fail(start, `unknown type ${quoted(url)}`, hint) : textType(inner);
    const { scanner } = this;
    scanner.take(':');
    this.path.push(`[${url}]`);
    const close = scanner.take('<') ? '>' : '}';
    if (close === '}' && !scanner.take('{')) {
      this.fail(scanner.token.start, `expected ${innerType.typeName} in { }, got ${describe(scanner.token)}`);
    }
    const value = this.fields(innerType, close, depth + 1);
    this.path.pop();
    const [typeUrl, bytes] = [type.byNumber.get(1), type.byNumber.get(2)];
    if (typeUrl) fields.set(1, { field: typeUrl, values: [new TextEncoder().encode(url)] });
    if (bytes) fields.set(2, { field: bytes, values: value.length === 0 ? [] : [value] });
  }

  private readonly fail = (start: number, reason: string, hint?: string): never => {
    const { from, line, column, text } = this.document;
    const lines = text.slice(0, start).split('\n');
    const last = [...lines.at(-1)!].length;
    const place = `${from}:${line + lines.length - 1}:${lines.length === 1 ? column + last : last + 1}`;
    const path = this.path.reduce(
      (all, step) => (step.startsWith('[') || all === '' ? all + step : `${all}.${step}`),
      '',
    );
    const short = path.length > 200 ? `…${path.slice(-200)}` : path;
    throw new UserError(3, `${place}: ${path === '' ? '' : `${short}: `}${reason}`, { hint });
  };
}

/** A map entry is written with key and value, as protoc does: not every decoder has a default for an absent one. */
function fillEntry(type: TextType, fields: FieldValues): void {
  for (const field of type.byNumber.values()) {
    if (!fields.has(field.number)) fields.set(field.number, { field, values: [zeroOf(field)] });
  }
}
