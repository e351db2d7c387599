// Printers of the well-known types whose JSON is not an object of their fields. What cannot be written in that form
// (a time in the year 20000) is shown by its fields, with a warning, instead of failing.
// https://protobuf.dev/programming-guides/json/
import type { DescMessage } from '@bufbuild/protobuf';
import type { BinaryReader } from './binary-reader.ts';
import { anyPrinter } from './json-printer-any.ts';
import { type PrintField, printField } from './json-printer-field.ts';
import { zeroOf } from './json-printer-map.ts';
import { writeDefault } from './json-printer-scalar.ts';
import type { JsonSink } from './json-printer-sink.ts';
import {
  type JsonStyle,
  type PrinterSource,
  type PrintState,
  type PrintValue,
  printMerged,
  styled,
} from './json-printer-state.ts';
import { writeJsonText } from './json-printer-text.ts';
import { readSeconds } from './seconds.ts';
import { camelPath, formatDuration, formatTimestamp } from './time-text.ts';
import { isWrapper } from './well-known.ts';

/** The printer of a well-known type's contents; undefined for types whose JSON is an object of their fields. */
export function wellKnownPrinter(desc: DescMessage, source: PrinterSource): PrintValue | undefined {
  if (!desc.typeName.startsWith('google.protobuf.')) return undefined;
  if (isWrapper(desc.typeName)) return wrapperPrinter(desc, source);
  switch (desc.typeName) {
    case 'google.protobuf.Any':
      return anyPrinter(desc, source);
    case 'google.protobuf.Timestamp':
      return secondsPrinter(desc, source, formatTimestamp, 'is not within the years 1 to 9999');
    case 'google.protobuf.Duration':
      return secondsPrinter(desc, source, formatDuration, 'is out of range, or its parts differ in sign');
    case 'google.protobuf.FieldMask':
      return fieldMaskPrinter(desc, source);
    case 'google.protobuf.Struct':
    case 'google.protobuf.ListValue':
      return onlyField(desc, source);
    case 'google.protobuf.Value':
      return dynamicPrinter(desc, source);
    default:
      return undefined;
  }
}

/** Wrappers print their field's value, or its zero. */
function wrapperPrinter(desc: DescMessage, source: PrinterSource): PrintValue {
  const print = printField(desc.fields[0]!, 0, source);
  const zero = zeroOf(print.field.scalar);
  return (state) => {
    const outer = state.enter(desc);
    const at = lastValue(state, (8 | print.wire) >>> 0);
    if (at < 0) writeDefault(state.sink, zero);
    else {
      state.reader.pos = at;
      print.value(state);
    }
    state.leave(outer);
  };
}

/** Walks the message; where the value of the last such tag begins, or -1. */
function lastValue({ reader }: PrintState, wanted: number): number {
  let at = -1;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === wanted) at = reader.pos;
    reader.skip(tag);
  }
  return at;
}

function secondsPrinter(
  desc: DescMessage,
  source: PrinterSource,
  format: (seconds: number, nanos: number) => string | undefined,
  problem: string,
): PrintValue {
  const members = source.members(desc);
  const { style } = source.options;
  return (state) => {
    const { reader } = state;
    const start = reader.pos;
    const { seconds, nanos } = readSeconds(reader);
    const text = format(seconds, nanos);
    if (text !== undefined) {
      writeQuoted(state.sink, text, style);
      return;
    }
    state.warn(`a ${desc.typeName} ${problem}: shown by its fields`);
    reader.pos = start;
    members.object(state);
  };
}

function writeQuoted(sink: JsonSink, text: string, style: JsonStyle | undefined): void {
  if (style) sink.utf8(style.string(`"${text}"`));
  else sink.text(`"${text}"`);
}

function fieldMaskPrinter(desc: DescMessage, source: PrinterSource): PrintValue {
  const members = source.members(desc);
  const print = styled((state) => {
    const { reader } = state;
    const paths: string[] = [];
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      if (tag === 10) paths.push(camelPath(utf8(reader.chunk()))!);
      else reader.skip(tag);
    }
    writeJsonText(state.sink, paths.join(','));
  }, source.options.style?.string);
  return (state) => {
    const { reader } = state;
    const start = reader.pos;
    const fits = pathsFit(reader);
    reader.pos = start;
    if (fits) print(state);
    else {
      state.warn(`a ${desc.typeName} has paths that lowerCamelCase cannot express: shown by its fields`);
      members.object(state);
    }
  };
}

function pathsFit(reader: BinaryReader): boolean {
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag !== 10) reader.skip(tag);
    else if (camelPath(utf8(reader.chunk())) === undefined) return false;
  }
  return true;
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** Struct prints as its map `fields`, ListValue as its list `values`. */
function onlyField(desc: DescMessage, source: PrinterSource): PrintValue {
  const print = printField(desc.fields[0]!, 0, source);
  return (state) => {
    const outer = state.enter(desc);
    const { reader } = state;
    const positions: number[] = [];
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      if (tag === 10) positions.push(reader.pos);
      reader.skip(tag);
    }
    if (print.entries) print.entries(state, positions);
    else {
      state.open(0x5b);
      for (let i = 0; i < positions.length; i++) {
        state.item(i === 0);
        reader.pos = positions[i]!;
        print.value(state);
      }
      state.close(0x5d, positions.length === 0);
    }
    state.leave(outer);
  };
}

/** Value prints the member of its oneof that came last. */
function dynamicPrinter(desc: DescMessage, source: PrinterSource): PrintValue {
  const { style } = source.options;
  const prints = desc.fields.map((field, index) => printField(field, index, source));
  const byTag = new Map(prints.map((print) => [((print.field.number << 3) | print.wire) >>> 0, print]));
  const printNull = styled((state) => state.sink.text('null'), style?.literal);
  return (state) => {
    const outer = state.enter(desc);
    const { reader } = state;
    let last: PrintField | undefined;
    let places: number[] = [];
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      const print = byTag.get(tag);
      if (print) {
        // A struct or list that comes twice is merged, unless another member in between cleared the first.
        if (print !== last) places = [];
        last = print;
        places.push(reader.pos);
      }
      reader.skip(tag);
    }
    if (!last) {
      state.warn(`a ${desc.typeName} holds nothing: shown as null`);
      printNull(state);
    } else if (places.length > 1 && last.field.message) {
      printMerged(state, last.field.number, false, source.contents(last.field.message), places);
    } else {
      reader.pos = places.at(-1)!;
      if (last.wire === 1) warnNotFinite(state, desc);
      last.value(state);
    }
    state.leave(outer);
  };
}

function warnNotFinite(state: PrintState, desc: DescMessage): void {
  const at = state.reader.pos;
  const value = state.reader.double();
  state.reader.pos = at;
  if (!Number.isFinite(value))
    state.warn(`a ${desc.typeName} holds ${value}, which JSON has no number for: shown as a string`);
}
