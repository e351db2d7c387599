// Values on the wire as they stand in a URL: shortest text, escaped. One function per kind of field, made once.
// https://protobuf.dev/programming-guides/json/ for the texts
import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { BinaryReader } from '../codec/binary-reader.ts';
import { floatText } from '../codec/json-printer-scalar.ts';
import { readSeconds } from '../codec/seconds.ts';
import { camelPath, formatDuration, formatTimestamp } from '../codec/time-text.ts';
import { isWrapper } from '../codec/well-known.ts';
import { scalarWireType } from '../codec/wire-type.ts';
import { quoted } from '../schema/quote.ts';
import { escapeBytes, escapeText, isUtf8Range } from './query-escape.ts';
import type { RestDialect } from './rest.ts';

/** A value that has no text, so that its binding cannot be used; the message says which value and why. */
export class Misfit extends Error {}

/** Reads the value at the reader's position and gives its escaped text. Throws Misfit if it has none. */
export type ReadText = (reader: BinaryReader, warnings: string[], dialect: RestDialect) => string;

/** The text of a field's values. `keepSlash` leaves the slashes of strings bare. `place` names the field in messages. */
export function readTextOf(field: DescField, place: string, keepSlash = false): ReadText {
  if (field.message) return messageText(field.message, place, keepSlash);
  return field.enum ? enumText(field.enum, place) : scalarText(field.scalar!, place, keepSlash);
}

/**
 * Reads one entry of a map at the reader's position and gives `KEY]=VALUE`, escaped, for a parameter that begins with
 * `field[`. Throws Misfit for a key with `[` or a line end in it, which grpc-gateway cannot tell from its own brackets.
 */
export function readEntryOf(field: DescField & { readonly fieldKind: 'map' }, place: string): ReadText {
  const keyText = scalarText(field.mapKey, place, false);
  const valueText = readTextOf(field, place);
  return inside((reader, warnings, dialect) => {
    // What is not there is zero, which is how zero bytes read.
    let key = keyText(zeros(), warnings, dialect);
    let value = valueText(zeros(), warnings, dialect);
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      if (tag >>> 3 === 1) key = keyText(reader, warnings, dialect);
      else if (tag >>> 3 === 2) value = valueText(reader, warnings, dialect);
      else reader.skip(tag);
    }
    if (/%5B|%0A/.test(key)) throw new Misfit(`map field ${place} has a key that no parameter can hold`);
    return `${key}%5D=${value}`;
  });
}

function zeros(): BinaryReader {
  return new BinaryReader(new Uint8Array(8), '');
}

/** The text of an unset field in a path, or undefined where there is none: strings, bytes and messages. */
export function unsetText(field: DescField): string | undefined {
  if (field.fieldKind !== 'scalar' && field.fieldKind !== 'enum') return undefined;
  const declared = field.getDefaultValue();
  if (field.fieldKind === 'enum') {
    const { values } = field.enum;
    return (values.find(({ number }) => number === Number(declared ?? 0)) ?? values[0])?.jsonName;
  }
  if (field.scalar === ScalarType.STRING) return escapeText(String(declared ?? ''));
  if (field.scalar === ScalarType.BYTES) return '';
  return field.scalar === ScalarType.BOOL ? String(declared ?? false) : escapeText(String(declared ?? 0));
}

function scalarText(type: ScalarType, place: string, keepSlash: boolean): ReadText {
  switch (type) {
    case ScalarType.STRING:
      return stringText(place, keepSlash);
    case ScalarType.BYTES:
      return (reader) => base64Text(reader.chunk());
    case ScalarType.BOOL:
      return (reader) => {
        reader.varint64();
        return (reader.low | reader.high) !== 0 ? 'true' : 'false';
      };
    case ScalarType.FLOAT:
      return (reader) => numberText(reader.float(), floatText);
    case ScalarType.DOUBLE:
      return (reader) => numberText(reader.double(), String);
    case ScalarType.INT32:
      return (reader) => String(reader.varint32() | 0);
    case ScalarType.UINT32:
      return (reader) => String(reader.varint32());
    case ScalarType.SINT32:
      return (reader) => {
        const value = reader.varint32();
        return String((value >>> 1) ^ -(value & 1));
      };
    case ScalarType.FIXED32:
      return (reader) => String(reader.fixed32());
    case ScalarType.SFIXED32:
      return (reader) => String(reader.fixed32() | 0);
    default:
      return longText(type);
  }
}

function stringText(place: string, keepSlash: boolean): ReadText {
  return (reader, warnings) => {
    const stop = reader.lengthEnd();
    const start = reader.pos;
    reader.pos = stop;
    if (!isUtf8Range(reader.bytes, start, stop)) warnings.push(`${place} is not valid UTF-8: servers will refuse it`);
    return escapeBytes(reader.bytes, start, stop, keepSlash);
  };
}

/** URL-safe base64 with padding, which every server takes. */
function base64Text(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64url');
  return text + '%3D'.repeat((4 - (text.length % 4)) % 4);
}

function numberText(value: number, toText: (value: number) => string): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  return Number.isFinite(value) ? toText(value).replace('+', '%2B') : String(value);
}

function longText(type: ScalarType): ReadText {
  const isFixed = scalarWireType(type) === 1;
  const isSigned = type !== ScalarType.UINT64 && type !== ScalarType.FIXED64;
  return (reader) => {
    if (isFixed) reader.fixed64();
    else reader.varint64();
    if (type === ScalarType.SINT64) reader.unzigzag();
    if (reader.high < 0x200000) return String(reader.high * 4294967296 + reader.low);
    return String(isSigned ? reader.signed() : reader.unsigned());
  };
}

/** Of several names of one number the first counts. */
function enumText(desc: DescEnum, place: string): ReadText {
  const names = new Map(desc.values.toReversed().map((value) => [value.number, escapeText(value.jsonName)]));
  return (reader, warnings, dialect) => {
    const number = reader.varint32() | 0;
    const name = names.get(number);
    if (name !== undefined) return name;
    if (dialect === 'gateway') {
      warnings.push(`${place}: ${number} has no name in ${desc.typeName}: grpc-gateway refuses it in a URL`);
    }
    return String(number);
  };
}

function messageText(message: DescMessage, place: string, keepSlash: boolean): ReadText {
  if (isWrapper(message.typeName)) return wrapperText(message, place, keepSlash);
  if (message.typeName === 'google.protobuf.FieldMask')
    return inside((reader, warnings, dialect) => maskText(reader, place, warnings, dialect));
  const format = message.typeName === 'google.protobuf.Timestamp' ? formatTimestamp : formatDuration;
  return inside((reader, warnings, dialect) => {
    const { seconds, nanos } = readSeconds(reader);
    const text = format(seconds, nanos);
    if (text === undefined) throw new Misfit(`${place} is out of the range of ${message.typeName}`);
    if (format === formatDuration && dialect === 'gateway' && Math.abs(seconds) > goLongest) {
      warnings.push(`${place}: grpc-gateway takes no duration of more than 292 years in a URL`);
    }
    return escapeText(text);
  });
}

/** Go's longest duration, which is 2^63 nanoseconds, in seconds. */
const goLongest = 9_223_372_036;

/** Reads a message's contents, then stands behind it. */
function inside(read: ReadText): ReadText {
  return (reader, warnings, dialect) => {
    const outer = reader.end;
    const stop = reader.lengthEnd();
    reader.end = stop;
    const text = read(reader, warnings, dialect);
    reader.end = outer;
    reader.pos = stop;
    return text;
  };
}

function wrapperText(message: DescMessage, place: string, keepSlash: boolean): ReadText {
  const scalar = message.fields[0]?.scalar ?? ScalarType.STRING;
  const read = scalarText(scalar, place, keepSlash);
  const wanted = 8 | scalarWireType(scalar);
  const zero =
    scalar === ScalarType.STRING || scalar === ScalarType.BYTES ? '' : scalar === ScalarType.BOOL ? 'false' : '0';
  return inside((reader, warnings, dialect) => {
    let text = zero;
    while (reader.pos < reader.end) {
      const tag = reader.tag();
      if (tag === wanted) text = read(reader, warnings, dialect);
      else reader.skip(tag);
    }
    return text;
  });
}

/** grpc-gateway hands the paths on as they stand in the URL, so it is sent proto names. */
function maskText(reader: BinaryReader, place: string, warnings: string[], dialect: RestDialect): string {
  const paths: string[] = [];
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag !== 10) {
      reader.skip(tag);
      continue;
    }
    const chunk = reader.chunk();
    const path = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('utf8');
    const camel = dialect === 'gateway' ? path : camelPath(path);
    if (camel === undefined)
      warnings.push(`${place}: the path ${quoted(path)} has no lowerCamelCase form: sent as it is`);
    paths.push(camel ?? path);
  }
  return escapeText(paths.join(','));
}
