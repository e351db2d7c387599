// What the printers of all types share while one message is printed.
import type { DescMessage } from '@bufbuild/protobuf';
import type { TypeResolver } from '../schema/schema.ts';
import { BinaryReader } from './binary-reader.ts';
import { JsonSink } from './json-printer-sink.ts';

/** Colours for a terminal: each gets finished JSON text (a key with its quotes) and returns it with escapes around. */
export interface JsonStyle {
  key(text: string): string;
  string(text: string): string;
  number(text: string): string;
  /** true, false, null. */
  literal(text: string): string;
}

/** How messages are printed. */
export interface JsonPrintOptions {
  /** Where extensions and the types inside Any are looked up, at the time of printing. */
  readonly types: TypeResolver;
  /** Blanks a level; 0 or absent: all on one line without blanks. */
  readonly indent?: number | undefined;
  /** Print fields without presence, lists and maps also where they are empty, and proto2 fields with a declared default. */
  readonly emitDefaults?: boolean | undefined;
  /** With `emitDefaults`: null for unset messages and zero for unset proto2 fields, as grpcurl does. */
  readonly nullMessages?: boolean | undefined;
  /** Field names: lowerCamelCase, the default, or as in the .proto file. */
  readonly names?: 'json' | 'proto' | undefined;
  /** Fields the schema lacks: shown as `"[number]"`, the default, or left out. */
  readonly unknown?: 'show' | 'drop' | undefined;
  /** Inside an Any, sort fields by name, as grpcurl does. */
  readonly sortAnyKeys?: boolean | undefined;
  /** Called for what could not be shown as it is, once for each different text. */
  readonly onWarning?: ((text: string) => void) | undefined;
  readonly style?: JsonStyle | undefined;
}

/** Prints the value at the reader's position, which is behind it then. */
export type PrintValue = (state: PrintState) => void;

/** Prints the fields of one message type as members of an object. */
export interface MemberPrinter {
  /** An object from the reader's position to its end. */
  object(state: PrintState): void;
  /** The members alone. `none`: no member stands in the object yet; returned is the same afterwards. */
  print(state: PrintState, none: boolean): boolean;
}

/** What a field printer needs of the rest. */
export interface PrinterSource {
  readonly options: JsonPrintOptions;
  /** The printer of a message type's contents, from the reader's position to its end. */
  contents(desc: DescMessage): PrintValue;
  /** The printer of a type's fields, whatever its JSON form is. */
  members(desc: DescMessage): MemberPrinter;
}

/** Nested messages that are printed, as many as protobuf's own readers take. */
const maxDepth = 100;

/** One printing: where it reads, where it writes, and how deep it is. */
export class PrintState {
  reader = new BinaryReader(new Uint8Array(0), '');
  readonly sink = new JsonSink();
  readonly indent: number;
  /** Print fields in the order of their names. */
  sorted = false;
  depth = 0;
  warnings: string[] = [];
  private level = 0;

  constructor(indent: number) {
    this.indent = indent;
  }

  /** Enters a message: sets the name for errors; returns the outer one for `leave`. */
  enter(desc: DescMessage): string {
    const outer = this.reader.typeName;
    this.reader.typeName = desc.typeName;
    if (++this.depth > maxDepth) this.reader.fail(`nested to more than depth ${maxDepth}`);
    return outer;
  }

  leave(outer: string): void {
    this.depth--;
    this.reader.typeName = outer;
  }

  /** Opens a bracket. */
  open(code: number): void {
    this.sink.byte(code);
    this.level++;
  }

  /** Starts the next member or element. */
  item(first: boolean): void {
    if (!first) this.sink.byte(0x2c);
    if (this.indent > 0) this.line();
  }

  /** Closes a bracket. */
  close(code: number, empty: boolean): void {
    this.level--;
    if (this.indent > 0 && !empty) this.line();
    this.sink.byte(code);
  }

  warn(text: string): void {
    this.warnings.push(text);
  }

  /** Where the state can be taken back to when something inside fails. */
  mark(): { length: number; level: number; depth: number; warnings: number; reader: BinaryReader; sorted: boolean } {
    const { level, depth, reader, sorted } = this;
    return { length: this.sink.length, level, depth, warnings: this.warnings.length, reader, sorted };
  }

  backTo(mark: ReturnType<PrintState['mark']>): void {
    this.sink.length = mark.length;
    this.level = mark.level;
    this.depth = mark.depth;
    this.warnings.length = mark.warnings;
    this.reader = mark.reader;
    this.sorted = mark.sorted;
  }

  private line(): void {
    const count = this.level * this.indent;
    const { sink } = this;
    sink.ensure(count + 1);
    sink.buffer[sink.length++] = 0x0a;
    for (let i = 0; i < count; i++) sink.buffer[sink.length++] = 0x20;
  }
}

/** Wraps a printer of scalars so that what it wrote goes through a style. */
export function styled(print: PrintValue, style: ((text: string) => string) | undefined): PrintValue {
  if (!style) return print;
  return (state) => {
    const { sink } = state;
    const start = sink.length;
    print(state);
    const text = sink.buffer.toString('utf8', start, sink.length);
    sink.length = start;
    sink.utf8(style(text));
  };
}

/**
 * Prints a message that is on the wire more than once: its parts are merged, which is what reading their bytes one
 * after the other does. `positions` are behind the tags.
 */
export function printMerged(
  state: PrintState,
  number: number,
  delimited: boolean,
  contents: PrintValue,
  positions: readonly number[],
): void {
  const outer = state.reader;
  const parts = positions.map((at) => {
    outer.pos = at;
    return delimited ? outer.bytes.subarray(at, outer.skipGroup(number)) : outer.chunk();
  });
  state.reader = new BinaryReader(Buffer.concat(parts), outer.typeName);
  contents(state);
  state.reader = outer;
}
