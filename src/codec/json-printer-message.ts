// Messages from the wire as JSON objects. Where fields come in the order of their declaration, as they mostly do, they
// are printed as they come; else their places are collected first.
import type { DescMessage } from '@bufbuild/protobuf';
import type { BinaryReader } from './binary-reader.ts';
import { printUnset } from './json-printer-defaults.ts';
import { accepts, type PrintField, printElements, printField } from './json-printer-field.ts';
import {
  type JsonPrintOptions,
  type MemberPrinter,
  type PrinterSource,
  type PrintState,
  type PrintValue,
  printMerged,
} from './json-printer-state.ts';
import { printUnknown } from './json-printer-unknown.ts';
import { wellKnownPrinter } from './json-printer-well-known.ts';
import { isMessageSet, isSetItem, itemTag, readSetItem } from './message-set.ts';

/** Printers made so far, one per message type. */
export class MessagePrinters implements PrinterSource {
  readonly options: JsonPrintOptions;
  private readonly made = new Map<DescMessage, PrintValue>();
  private readonly asMembers = new Map<DescMessage, MembersPrinter>();

  constructor(options: JsonPrintOptions) {
    this.options = options;
  }

  contents(desc: DescMessage): PrintValue {
    let print = this.made.get(desc);
    if (!print) {
      const members = this.members(desc);
      print = wellKnownPrinter(desc, this) ?? ((state) => members.object(state));
      this.made.set(desc, print);
    }
    return print;
  }

  members(desc: DescMessage): MembersPrinter {
    let members = this.asMembers.get(desc);
    if (!members) {
      members = new MembersPrinter(desc, this);
      this.asMembers.set(desc, members);
    }
    return members;
  }
}

/** Prints the fields of one type as members of an object. */
class MembersPrinter implements MemberPrinter {
  private readonly desc: DescMessage;
  private readonly source: PrinterSource;
  private readonly byNumber = new Map<number, PrintField>();
  private readonly small: (PrintField | undefined)[] = [];
  private readonly indexes: Map<number, number>;
  private readonly hasExtensions: boolean;
  private readonly isSet: boolean;
  private readonly showUnknown: boolean;
  private readonly emitDefaults: boolean;

  constructor(desc: DescMessage, source: PrinterSource) {
    this.desc = desc;
    this.source = source;
    this.indexes = new Map(desc.fields.map((field, index) => [field.number, index]));
    this.hasExtensions = desc.proto.extensionRange.length > 0;
    this.isSet = isMessageSet(desc);
    this.showUnknown = source.options.unknown !== 'drop';
    this.emitDefaults = source.options.emitDefaults ?? false;
  }

  /** An object from the reader's position to its end. */
  object(state: PrintState): void {
    const outer = state.enter(this.desc);
    state.open(0x7b);
    const none = this.print(state, true);
    state.close(0x7d, none);
    state.leave(outer);
  }

  /** The members alone. `none`: no member stands in the object yet; returned is the same afterwards. */
  print(state: PrintState, none: boolean): boolean {
    const { reader } = state;
    const start = reader.pos;
    const ordered = !this.emitDefaults && !state.sorted && !this.isSet && this.isOrdered(reader);
    reader.pos = start;
    return ordered ? this.printOrdered(state, none) : this.printCollected(state, none);
  }

  /** The field of a number, prepared on first use; undefined if the type has none. */
  find(number: number): PrintField | undefined {
    const known = number < 64 ? this.small[number] : this.byNumber.get(number);
    return known ?? this.prepare(number);
  }

  private prepare(number: number): PrintField | undefined {
    const index = this.indexes.get(number);
    const field =
      index !== undefined
        ? this.desc.fields[index]
        : this.hasExtensions
          ? this.source.options.types.extension(this.desc, number)
          : undefined;
    if (!field) return undefined;
    const print = printField(field, index ?? this.desc.fields.length + number, this.source);
    if (number < 64) this.small[number] = print;
    else this.byNumber.set(number, print);
    return print;
  }

  /** True if every field is known, in the order of declaration, and singular ones come once. */
  private isOrdered(reader: BinaryReader): boolean {
    const { end } = reader;
    let last = -1;
    let oneofs = 0;
    while (reader.pos < end) {
      const tag = reader.tag();
      const print = this.find(tag >>> 3);
      if (print && accepts(print, tag & 7)) {
        if (print.index < last || (print.index === last && print.kind === 'singular')) return false;
        last = print.index;
        if (print.oneof >= 0) {
          const bit = 1 << print.oneof;
          if (print.oneof > 30 || (oneofs & bit) !== 0) return false;
          oneofs |= bit;
        }
      } else if (this.showUnknown) return false;
      reader.skip(tag);
    }
    return true;
  }

  private printOrdered(state: PrintState, none: boolean): boolean {
    const { reader, sink } = state;
    let first = none;
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      const print = this.find(tag >>> 3);
      if (!print || !accepts(print, tag & 7) || (print.implicit && reader.isZero(print.wire))) {
        reader.skip(tag);
        continue;
      }
      const start = sink.length;
      state.item(first);
      sink.bytes(print.key);
      if (print.kind === 'singular') print.value(state);
      else if (print.kind === 'map') printMapRun(state, print, tag);
      else if (printListRun(state, print, tag)) {
        sink.length = start;
        continue;
      }
      first = false;
    }
    return first;
  }

  private printCollected(state: PrintState, none: boolean): boolean {
    const { found, unknown } = this.collect(state.reader);
    const prints = this.emitDefaults ? this.desc.fields.map((field) => this.find(field.number)!) : [];
    for (const print of found.keys()) if (!this.emitDefaults || print.field.kind === 'extension') prints.push(print);
    prints.sort(state.sorted ? byName : byIndex);
    let first = none;
    for (const print of prints) {
      const positions = found.get(print);
      const start = state.sink.length;
      state.item(first);
      state.sink.bytes(print.key);
      const printed = positions
        ? this.printCollectedField(state, print, positions)
        : printUnset(state, print, this.source.options);
      if (printed) first = false;
      else state.sink.length = start;
    }
    state.reader.pos = state.reader.end;
    return unknown.length > 0 ? printUnknown(state, this.desc, unknown, first, this.source.options) : first;
  }

  /** Where the fields' tags are. A later member of a oneof clears the earlier one. */
  private collect(reader: BinaryReader): { found: Map<PrintField, number[]>; unknown: number[] } {
    const found = new Map<PrintField, number[]>();
    const unknown: number[] = [];
    const oneofs = new Map<number, PrintField>();
    while (reader.pos < reader.end) {
      const start = reader.pos;
      const tag = reader.tag();
      if (this.isSet && tag === itemTag) {
        if (!this.collectItem(reader, found) && this.showUnknown) unknown.push(start);
        continue;
      }
      const print = this.find(tag >>> 3);
      if (print && accepts(print, tag & 7)) {
        if (print.oneof >= 0) {
          const before = oneofs.get(print.oneof);
          if (before && before !== print) found.delete(before);
          oneofs.set(print.oneof, print);
        }
        const positions = found.get(print);
        if (positions) positions.push(start);
        else found.set(print, [start]);
      } else if (this.showUnknown) unknown.push(start);
      reader.skip(tag);
    }
    return { found, unknown };
  }

  /** Reads an item of a message set; false if its extension is not known. */
  private collectItem(reader: BinaryReader, found: Map<PrintField, number[]>): boolean {
    const item = readSetItem(reader);
    const print = item && this.find(item.number);
    if (!print || !isSetItem(print.field)) return false;
    const positions = found.get(print) ?? [];
    found.set(print, positions);
    for (const at of item.tags) positions.push(at);
    return true;
  }

  /** Prints a field's value, given where its tags are; false if it is an empty list, which is as good as unset. */
  private printCollectedField(state: PrintState, print: PrintField, tags: readonly number[]): boolean {
    const { reader, sink } = state;
    const outerEnd = reader.end;
    let none = true;
    if (print.kind === 'list') {
      state.open(0x5b);
      for (const at of tags) {
        reader.pos = at;
        none = printElements(state, print, reader.tag() & 7, none);
      }
      state.close(0x5d, none);
      return !none || this.emitDefaults;
    }
    const positions = tags.map((at) => {
      reader.pos = at;
      reader.tag();
      return reader.pos;
    });
    const { message } = print.field;
    if (print.entries) print.entries(state, positions);
    else if (positions.length > 1 && message) {
      printMerged(state, print.field.number, print.wire === 3, this.source.contents(message), positions);
    } else {
      reader.pos = positions.at(-1)!;
      if (print.implicit && !this.emitDefaults && reader.isZero(print.wire)) {
        reader.end = outerEnd;
        return false;
      }
      print.value(state);
    }
    reader.end = outerEnd;
    return sink.length > 0;
  }
}

function byIndex(a: PrintField, b: PrintField): number {
  return a.index - b.index;
}

function byName(a: PrintField, b: PrintField): number {
  return a.name < b.name ? -1 : 1;
}

/** Prints a list from behind its first tag, as long as tags of the field follow. True if it turned out empty. */
function printListRun(state: PrintState, print: PrintField, tag: number): boolean {
  const { reader } = state;
  let type = tag & 7;
  let none = true;
  state.open(0x5b);
  for (;;) {
    none = printElements(state, print, type, none);
    const start = reader.pos;
    if (start >= reader.end) break;
    const next = reader.tag();
    type = next & 7;
    if (next >>> 3 !== print.field.number || !accepts(print, type)) {
      reader.pos = start;
      break;
    }
  }
  state.close(0x5d, none);
  return none;
}

function printMapRun(state: PrintState, print: PrintField, tag: number): void {
  const { reader } = state;
  const positions = [reader.pos];
  reader.skip(tag);
  let next = reader.pos;
  while (next < reader.end && reader.tag() === tag) {
    positions.push(reader.pos);
    reader.skip(tag);
    next = reader.pos;
  }
  print.entries!(state, positions);
  reader.pos = next;
}
