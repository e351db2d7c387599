// Scalars and enums from the wire as JSON. https://protobuf.dev/programming-guides/json/
import { type DescEnum, ScalarType } from '@bufbuild/protobuf';
import { jsonString } from '../schema/quote.ts';
import type { JsonSink } from './json-printer-sink.ts';
import { type JsonPrintOptions, type JsonStyle, type PrintValue, styled } from './json-printer-state.ts';
import { writeBase64, writeJsonString } from './json-printer-text.ts';

/** The printer of a scalar type. `place` is the field's full name, for warnings. */
export function scalarPrinter(type: ScalarType, place: string, style: JsonStyle | undefined): PrintValue {
  switch (type) {
    case ScalarType.STRING:
      return styled(stringPrinter(place), style?.string);
    case ScalarType.BYTES:
      return styled((state) => writeBase64(state.sink, state.reader.chunk()), style?.string);
    case ScalarType.BOOL:
      return styled((state) => {
        state.reader.varint64();
        state.sink.text((state.reader.low | state.reader.high) !== 0 ? 'true' : 'false');
      }, style?.literal);
    case ScalarType.FLOAT:
      return styled((state) => writeNumber(state.sink, state.reader.float(), floatText), style?.number);
    case ScalarType.DOUBLE:
      return styled((state) => writeNumber(state.sink, state.reader.double(), String), style?.number);
    case ScalarType.UINT32:
      return styled((state) => state.sink.integer(state.reader.varint32()), style?.number);
    case ScalarType.INT32:
      return styled((state) => state.sink.integer(state.reader.varint32() | 0), style?.number);
    case ScalarType.SINT32:
      return styled((state) => {
        const value = state.reader.varint32();
        state.sink.integer((value >>> 1) ^ -(value & 1));
      }, style?.number);
    case ScalarType.FIXED32:
      return styled((state) => state.sink.integer(state.reader.fixed32()), style?.number);
    case ScalarType.SFIXED32:
      return styled((state) => state.sink.integer(state.reader.fixed32() | 0), style?.number);
    default:
      return styled(longPrinter(type), style?.number);
  }
}

function stringPrinter(place: string): PrintValue {
  return (state) => {
    const { reader } = state;
    const stop = reader.lengthEnd();
    if (!writeJsonString(state.sink, reader.bytes, reader.pos, stop)) {
      state.warn(`${place} is not valid UTF-8: U+FFFD stands for the bytes that are none`);
    }
    reader.pos = stop;
  };
}

function longPrinter(type: ScalarType): PrintValue {
  const fixed = type === ScalarType.FIXED64 || type === ScalarType.SFIXED64;
  const signed = type !== ScalarType.UINT64 && type !== ScalarType.FIXED64;
  const zigzag = type === ScalarType.SINT64;
  return ({ reader, sink }) => {
    if (fixed) reader.fixed64();
    else reader.varint64();
    if (zigzag) reader.unzigzag();
    sink.byte(0x22);
    const { low, high } = reader;
    if (high < 0x200000) sink.integer(high * 4294967296 + low);
    else if (high === 0xffffffff && signed && low !== 0) sink.integer(low - 4294967296);
    else sink.text(String(signed ? reader.signed() : reader.unsigned()));
    sink.byte(0x22);
  };
}

/** Writes a float or double; NaN and the infinities as strings. */
export function writeNumber(sink: JsonSink, value: number, toText: (value: number) => string): void {
  if (value === (value | 0) && (value !== 0 || !Object.is(value, -0))) sink.integer(value);
  else if (Number.isFinite(value)) sink.text(value === 0 ? '-0' : toText(value));
  else sink.text(`"${value}"`);
}

/** The shortest decimal that reads back as the same float: 0.1, not 0.10000000149011612. */
export function floatText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    for (let scale = 10; scale <= 1e6; scale *= 10) {
      const rounded = Math.round(value * scale) / scale;
      if (Math.fround(rounded) === value) return String(rounded);
    }
  }
  // Below the normal range a float has fewer digits than the six that any other needs.
  for (let precision = size < 1.2e-38 ? 1 : 6; precision < 9; precision++) {
    const rounded = Number(value.toPrecision(precision));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}

/** The printer of an enum: a name, or the number where the enum has none for it. */
export function enumPrinter(desc: DescEnum, style: JsonStyle | undefined): PrintValue {
  if (desc.typeName === 'google.protobuf.NullValue') {
    return styled((state) => {
      state.reader.varint32();
      state.sink.text('null');
    }, style?.literal);
  }
  const names = new Map<number, Uint8Array>();
  for (const value of desc.values) {
    if (names.has(value.number)) continue;
    const quoted = jsonString(value.jsonName);
    names.set(value.number, Buffer.from(style ? style.string(quoted) : quoted));
  }
  const printNumber = styled((state) => state.sink.integer(state.reader.varint32() | 0), style?.number);
  return (state) => {
    const { reader } = state;
    const start = reader.pos;
    const name = names.get(reader.varint32() | 0);
    if (name) state.sink.bytes(name);
    else {
      reader.pos = start;
      printNumber(state);
    }
  };
}

/** Writes a field's default value, as descriptors hold it. */
export function writeDefault(sink: JsonSink, value: unknown): void {
  if (typeof value === 'number') writeNumber(sink, value, String);
  else if (typeof value === 'bigint') sink.text(`"${value}"`);
  else if (value instanceof Uint8Array) writeBase64(sink, value);
  else if (typeof value === 'boolean' || value === null) sink.text(String(value));
  else {
    const bytes = Buffer.from(String(value));
    writeJsonString(sink, bytes, 0, bytes.length);
  }
}

/** `"name":` in bytes, coloured, with a blank behind it where output is indented. */
export function keyBytes(name: string, options: JsonPrintOptions): Uint8Array {
  const quoted = jsonString(name);
  return Buffer.from(`${options.style ? options.style.key(quoted) : quoted}${options.indent ? ': ' : ':'}`);
}
