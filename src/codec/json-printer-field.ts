// One field as a member of a JSON object: its key, and its value from one or from many places on the wire.
import { type DescExtension, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { mapPrinter } from './json-printer-map.ts';
import { enumPrinter, keyBytes, scalarPrinter } from './json-printer-scalar.ts';
import type { PrinterSource, PrintState, PrintValue } from './json-printer-state.ts';
import { type ValueKind, wireTypeOf } from './wire-type.ts';

// FieldDescriptor's feature field_presence = IMPLICIT.
const implicitPresence = 2;

/** A field ready to be printed. */
export interface PrintField {
  readonly field: DescField | DescExtension;
  readonly name: string;
  /** Place in the output. */
  readonly index: number;
  /** Wire type of one value; `packed` says that many may come in a length-delimited one. */
  readonly wire: number;
  readonly packed: boolean;
  readonly kind: 'singular' | 'list' | 'map';
  /** Without presence: its zero is the same as not being there (proto3 JSON leaves it out). */
  readonly implicit: boolean;
  /** Place of its oneof in the type; -1 without one. */
  readonly oneof: number;
  /** `"name":`, coloured. */
  readonly key: Uint8Array;
  /** Prints one value (of a map, one entry's value) at the reader's position. */
  readonly value: PrintValue;
  /** Prints a map's entries, given where each begins (behind its tag). */
  readonly entries: ((state: PrintState, positions: readonly number[]) => void) | undefined;
}

/** Prepares a field. `index` is its place in the output. */
export function printField(field: DescField | DescExtension, index: number, source: PrinterSource): PrintField {
  const { options } = source;
  const isExtension = field.kind === 'extension';
  const name = isExtension ? `[${field.typeName}]` : options.names === 'proto' ? field.name : field.jsonName;
  const place = isExtension ? field.typeName : `${field.parent.typeName}.${field.name}`;
  const delimited = field.fieldKind !== 'map' && field.message !== undefined && field.delimitedEncoding;
  const number = field.fieldKind === 'map' ? 2 : field.number;
  const value = valuePrinter(number, field, place, delimited, source);
  const wire = field.fieldKind === 'map' ? 2 : wireTypeOf(field, delimited);
  return {
    field,
    name,
    index,
    wire,
    packed: field.fieldKind === 'list' && wire !== 2 && wire !== 3,
    kind: field.fieldKind === 'map' ? 'map' : field.fieldKind === 'list' ? 'list' : 'singular',
    implicit: field.fieldKind !== 'map' && field.fieldKind !== 'list' && field.presence === implicitPresence,
    oneof: field.oneof ? field.oneof.parent.oneofs.indexOf(field.oneof) : -1,
    key: keyBytes(name, options),
    value,
    entries: field.fieldKind === 'map' ? mapPrinter(field, value, source) : undefined,
  };
}

/** The printer of one value of a field's kind. */
function valuePrinter(
  number: number,
  kind: ValueKind,
  place: string,
  delimited: boolean,
  source: PrinterSource,
): PrintValue {
  if (kind.message) return messagePrinter(number, kind.message, delimited, source);
  const { style } = source.options;
  return kind.enum ? enumPrinter(kind.enum, style) : scalarPrinter(kind.scalar ?? ScalarType.BYTES, place, style);
}

function messagePrinter(number: number, message: DescMessage, delimited: boolean, source: PrinterSource): PrintValue {
  let contents: PrintValue | undefined;
  return (state) => {
    const { reader } = state;
    contents ??= source.contents(message);
    const outerEnd = reader.end;
    const start = reader.pos;
    reader.end = delimited ? reader.skipGroup(number) : reader.lengthEnd();
    const next = delimited ? reader.pos : reader.end;
    if (delimited) reader.pos = start;
    contents(state);
    reader.pos = next;
    reader.end = outerEnd;
  };
}

/**
 * Prints the elements of a list that stand behind one tag: one, or as many as are packed. `none`: no element stands in
 * the array yet; returned is the same afterwards.
 */
export function printElements(state: PrintState, print: PrintField, type: number, none: boolean): boolean {
  if (type === print.wire) {
    state.item(none);
    print.value(state);
    return false;
  }
  const { reader } = state;
  const outerEnd = reader.end;
  let first = none;
  reader.end = reader.lengthEnd();
  while (reader.pos < reader.end) {
    state.item(first);
    first = false;
    print.value(state);
  }
  reader.end = outerEnd;
  return first;
}

/** True if a value with this wire type belongs to the field; others are treated as unknown fields. */
export function accepts(print: PrintField, type: number): boolean {
  return type === print.wire || (type === 2 && print.packed);
}
