// Maps from the wire as JSON objects: entries sorted by key, so that the same map always prints the same, and of two
// with the same key the last.
import { type DescField, ScalarType } from '@bufbuild/protobuf';
import { BinaryReader } from './binary-reader.ts';
import { writeDefault } from './json-printer-scalar.ts';
import {
  type JsonStyle,
  type PrinterSource,
  type PrintState,
  type PrintValue,
  printMerged,
} from './json-printer-state.ts';
import { writeJsonText } from './json-printer-text.ts';
import { scalarWireType, wireTypeOf } from './wire-type.ts';

type MapField = DescField & { fieldKind: 'map' };

/** Where an entry's value stands; empty if it is left out. */
interface Entry {
  readonly values: readonly number[];
  readonly end: number;
}

/** Makes the printer of a map's entries; it takes where each begins, behind its tag. */
export function mapPrinter(
  field: MapField,
  value: PrintValue,
  source: PrinterSource,
): (state: PrintState, positions: readonly number[]) => void {
  const { style, indent } = source.options;
  const printMissing = missingPrinter(field, source);
  const numeric = field.mapKey !== ScalarType.STRING;
  return (state, positions) => {
    const entries = collect(state, field, positions);
    const keys = [...entries.keys()];
    if (keys.length > 1) keys.sort(numeric ? byNumber : undefined);
    const { reader } = state;
    const outerEnd = reader.end;
    state.open(0x7b);
    let first = true;
    for (const key of keys) {
      const { values, end } = entries.get(key)!;
      state.item(first);
      first = false;
      writeKey(state, key, style);
      state.sink.byte(0x3a);
      if (indent) state.sink.byte(0x20);
      reader.end = end;
      if (values.length === 0) printMissing(state);
      else if (values.length > 1 && field.message) printMerged(state, 2, false, source.contents(field.message), values);
      else {
        reader.pos = values.at(-1)!;
        value(state);
      }
      reader.end = outerEnd;
    }
    state.close(0x7d, first);
  };
}

function writeKey(state: PrintState, key: string, style: JsonStyle | undefined): void {
  const { sink } = state;
  const start = sink.length;
  writeJsonText(sink, key);
  if (!style) return;
  const text = sink.buffer.toString('utf8', start, sink.length);
  sink.length = start;
  sink.utf8(style.key(text));
}

function collect(state: PrintState, field: MapField, positions: readonly number[]): Map<string, Entry> {
  const { reader } = state;
  const outerEnd = reader.end;
  const keyTag = 8 | scalarWireType(field.mapKey);
  const valueTag = 16 | wireTypeOf(field, false);
  const entries = new Map<string, Entry>();
  for (const at of positions) {
    reader.pos = at;
    const end = reader.lengthEnd();
    reader.end = end;
    let key: string | undefined;
    const values: number[] = [];
    while (reader.pos < end) {
      const tag = reader.tag();
      if (tag === keyTag) key = keyText(state, field);
      else {
        if (tag === valueTag) values.push(reader.pos);
        reader.skip(tag);
      }
    }
    entries.set(key ?? defaultKey(field.mapKey), { values, end });
    reader.end = outerEnd;
  }
  return entries;
}

function defaultKey(type: ScalarType): string {
  return type === ScalarType.STRING ? '' : type === ScalarType.BOOL ? 'false' : '0';
}

/** Reads a key as the text of a JSON member's name. */
function keyText(state: PrintState, field: MapField): string {
  const { reader } = state;
  const type: ScalarType = field.mapKey;
  if (type === ScalarType.STRING) {
    const chunk = reader.chunk();
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('utf8');
    if (text.includes('\ufffd') && Buffer.byteLength(text) !== chunk.length) {
      state.warn(
        `a key of ${field.parent.typeName}.${field.name} is not valid UTF-8: U+FFFD stands for the bytes that are none`,
      );
    }
    return text;
  }
  const wire = scalarWireType(type);
  if (wire === 5) {
    const value = reader.fixed32();
    return String(type === ScalarType.SFIXED32 ? value | 0 : value);
  }
  if (wire === 1) reader.fixed64();
  else reader.varint64();
  if (type === ScalarType.BOOL) return String((reader.low | reader.high) !== 0);
  if (type === ScalarType.INT32) return String(reader.low | 0);
  if (type === ScalarType.UINT32) return String(reader.low);
  if (type === ScalarType.SINT32) return String((reader.low >>> 1) ^ -(reader.low & 1));
  if (type === ScalarType.SINT64) reader.unzigzag();
  return String(type === ScalarType.UINT64 || type === ScalarType.FIXED64 ? reader.unsigned() : reader.signed());
}

function byNumber(a: string, b: string): number {
  const [left, right] = a === 'false' || a === 'true' ? [b.length, a.length] : [Number(a), Number(b)];
  return left - right || (a < b ? -1 : 1);
}

/** Prints a value that its entry leaves out: the type's zero. */
function missingPrinter(field: MapField, source: PrinterSource): PrintValue {
  const { message } = field;
  if (message) {
    return (state) => {
      const outer = state.reader;
      state.reader = new BinaryReader(new Uint8Array(0), outer.typeName);
      source.contents(message)(state);
      state.reader = outer;
    };
  }
  const zero = field.enum ? field.enum.values[0]?.jsonName : zeroOf(field.scalar);
  const isNull = field.enum?.typeName === 'google.protobuf.NullValue';
  return (state) => (isNull ? state.sink.text('null') : writeDefault(state.sink, zero));
}

/** The zero of a scalar type as descriptors hold defaults. */
export function zeroOf(type: ScalarType | undefined): unknown {
  switch (type) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return '';
    case ScalarType.BOOL:
      return false;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 0n;
    default:
      return 0;
  }
}
