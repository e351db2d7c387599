// Message bytes → protobuf text format, as `protoc --decode` prints it: fields by number, unknown ones behind them.
// What protoc would print raw to a terminal (control and direction-changing characters) is escaped.
// https://protobuf.dev/reference/protobuf/textformat-spec/
import type { DescMessage } from '@bufbuild/protobuf';
import { shown } from '../schema/quote.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { BinaryReader, MessageError } from './binary-reader.ts';
import { type DecodedField, type DecodeHelp, decodeFields, enter, type Range } from './text-decode.ts';
import { compareKeys, defaultText } from './text-map.ts';
import { type TextField, type TextType, textField, textType } from './text-type.ts';
import { unknownLines } from './text-unknown.ts';

/** How text format is printed. */
export interface TextPrinterOptions {
  readonly types: TypeResolver;
  /** Blanks a level; 2. */
  readonly indent?: number;
  /** Prints Any as `[type URL] { … }` where the type is known; true. */
  readonly expandAny?: boolean;
  /** `angle` prints messages as `name: < … >`, the older style; `brace` unless told. */
  readonly brackets?: 'brace' | 'angle';
  /** `drop` leaves out what the schema does not know; `show` unless told. */
  readonly unknown?: 'show' | 'drop';
  /** Told of what could not be shown as wished; the text is safe to print. */
  readonly onWarning?: ((warning: string) => void) | undefined;
}

const maxDepth = 100;

/**
 * A printer of messages of one type. It returns one line a field, each ended by a line feed, and nothing for an empty
 * message. It throws MessageError for bytes that are no message of the type, and nothing else.
 */
export function textPrinter(message: DescMessage, options: TextPrinterOptions): (bytes: Uint8Array) => string {
  const type = textType(message);
  return (bytes) => new TextPrinter(bytes, type, options).print(type);
}

class TextPrinter {
  private readonly options: TextPrinterOptions;
  private readonly reader: BinaryReader;
  private readonly help: DecodeHelp;
  private readonly extensions = new Map<string, TextField | undefined>();
  private readonly lines: string[] = [];

  constructor(bytes: Uint8Array, type: TextType, options: TextPrinterOptions) {
    this.options = options;
    this.reader = new BinaryReader(bytes, type.typeName);
    this.help = { extension: (owner, number) => this.extension(owner, number), warn: (what) => this.warn(what) };
  }

  print(type: TextType): string {
    this.message(type, [{ start: 0, end: this.reader.bytes.length }], 0);
    return this.lines.map((line) => `${line}\n`).join('');
  }

  private warn(what: string): void {
    this.options.onWarning?.(what);
  }

  private extension(type: TextType, number: number): TextField | undefined {
    if (type.desc === undefined) return undefined;
    const key = `${type.typeName} ${number}`;
    if (!this.extensions.has(key)) {
      const found = this.options.types.extension(type.desc, number);
      this.extensions.set(key, found && textField(found));
    }
    return this.extensions.get(key);
  }

  private line(depth: number, text: string): void {
    this.lines.push(' '.repeat(depth * (this.options.indent ?? 2)) + text);
  }

  private message(type: TextType, pieces: readonly Range[], depth: number): void {
    if (depth > maxDepth) {
      if (pieces[0]) enter(this.reader, pieces[0], type.typeName);
      this.reader.fail(`messages nested to more than depth ${maxDepth}`);
    }
    const { fields, unknown } = decodeFields(this.reader, type, pieces, this.help);
    if (type.typeName === 'google.protobuf.Any' && this.expandedAny(fields, depth)) return;
    const sorted = [...fields.values()].sort((a, b) => a.field.number - b.field.number);
    for (const decoded of sorted) this.field(decoded, depth);
    if (this.options.unknown === 'drop') return;
    for (const { text, depth: inner } of unknownLines(this.reader, unknown)) this.line(depth + inner, text);
  }

  private field({ field, texts, messages }: DecodedField, depth: number): void {
    const label = shown(field.label);
    for (const text of texts) this.line(depth, `${label}: ${text}`);
    if (field.value.kind !== 'message') return;
    const type = field.value.type();
    const { delimited } = field.value;
    if (field.map) this.map(label, type, messages, depth);
    else
      for (const pieces of messages) this.block(label, delimited, depth, () => this.message(type, pieces, depth + 1));
  }

  private block(label: string, isGroup: boolean, depth: number, body: () => void): void {
    const angle = this.options.brackets === 'angle' && !isGroup;
    this.line(depth, angle ? `${label}: <` : `${label} {`);
    body();
    this.line(depth, angle ? '>' : '}');
  }

  /** The entries in the order of their keys, of equal keys the last one; key and value are printed even if zero. */
  private map(label: string, type: TextType, messages: readonly (readonly Range[])[], depth: number): void {
    const [key, value] = [type.byNumber.get(1)!, type.byNumber.get(2)!];
    const entries = new Map<string, DecodedField>();
    for (const pieces of messages) {
      const { fields } = decodeFields(this.reader, type, pieces, this.help);
      const decoded = fields.get(2) ?? { field: value, texts: [], messages: [] };
      if (value.value.kind !== 'message' && decoded.texts.length === 0) decoded.texts.push(defaultText(value.value));
      if (value.value.kind === 'message' && decoded.messages.length === 0) decoded.messages.push([]);
      entries.set(fields.get(1)?.texts[0] ?? defaultText(key.value), decoded);
    }
    const sorted = [...entries].sort(([a], [b]) => compareKeys(key.value, a, b));
    for (const [text, decoded] of sorted) {
      this.block(label, false, depth, () => {
        this.line(depth + 1, `key: ${text}`);
        this.field(decoded, depth + 1);
      });
    }
  }

  /** Prints an Any by what is in it; false, with nothing printed, where that is impossible. */
  private expandedAny(fields: ReadonlyMap<number, DecodedField>, depth: number): boolean {
    const url = fields.get(1)?.texts[0];
    if (this.options.expandAny === false || url === undefined) return false;
    // A URL that needs escapes cannot stand between brackets.
    const name = /^"([A-Za-z0-9_.~!$&()*+,;=%/-]*\/([A-Za-z0-9_.]+))"$/.exec(url);
    const inner = name === null ? undefined : this.options.types.message(name[2]!);
    if (name === null || inner === undefined) {
      this.warn(`the type ${url} of an Any is not in the schema, so its bytes are shown`);
      return false;
    }
    const before = this.lines.length;
    try {
      const bytes = fields.get(2)?.bytes;
      const pieces = bytes ? [bytes] : [];
      this.block(`[${name[1]}]`, false, depth, () => this.message(textType(inner), pieces, depth + 1));
      return true;
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      this.lines.length = before;
      this.warn(`the bytes of an Any are ${error.message}, so they are shown as they are`);
      return false;
    }
  }
}
