// Fields that the schema lacks, shown as well as can be without a type instead of being lost.
import type { DescMessage } from '@bufbuild/protobuf';
import type { BinaryReader } from './binary-reader.ts';
import { keyBytes } from './json-printer-scalar.ts';
import type { JsonPrintOptions, PrintState } from './json-printer-state.ts';
import { writeBase64 } from './json-printer-text.ts';
import { isMessageSet, itemTag } from './message-set.ts';

const forms = ['a varint', '64 bits in hex', 'bytes in base64', 'a group in base64', '', '32 bits in hex'];

/**
 * Prints unknown fields, given where their tags are, as members `"[number]"`: varints as numbers, fixed values in hex,
 * everything with a length in base64. Warns of each. Returns whether the object is still empty.
 */
export function printUnknown(
  state: PrintState,
  desc: DescMessage,
  tags: readonly number[],
  none: boolean,
  options: JsonPrintOptions,
): boolean {
  const { reader, sink } = state;
  const byNumber = new Map<number, number[]>();
  for (const at of tags) {
    reader.pos = at;
    const number = reader.tag() >>> 3;
    const places = byNumber.get(number);
    if (places) places.push(at);
    else byNumber.set(number, [at]);
  }
  let first = none;
  for (const [number, places] of byNumber) {
    reader.pos = places[0]!;
    warn(state, desc, number, reader.tag() & 7);
    state.item(first);
    first = false;
    sink.bytes(keyBytes(`[${number}]`, options));
    if (places.length > 1) state.open(0x5b);
    let none = true;
    for (const at of places) {
      if (places.length > 1) state.item(none);
      none = false;
      reader.pos = at;
      printValue(state, reader, reader.tag());
    }
    if (places.length > 1) state.close(0x5d, false);
  }
  reader.pos = reader.end;
  return first;
}

function warn(state: PrintState, desc: DescMessage, number: number, type: number): void {
  const known = desc.fields.find((field) => field.number === number);
  const isItem = isMessageSet(desc) && number === itemTag >>> 3 && type === 3;
  const what = isItem
    ? `${desc.typeName} holds items whose extensions are not in the schema`
    : known
      ? `${desc.typeName}.${known.name} came with wire type ${type}, which is not its own`
      : `${desc.typeName} has no field ${number} in the schema`;
  state.warn(`${what}: shown as "[${number}]", ${forms[type]}`);
}

function printValue(state: PrintState, reader: BinaryReader, tag: number): void {
  const { sink } = state;
  const type = tag & 7;
  if (type === 0) {
    reader.varint64();
    const value = reader.unsigned();
    sink.text(value <= BigInt(Number.MAX_SAFE_INTEGER) ? `${value}` : `"${value}"`);
  } else if (type === 1) {
    reader.fixed64();
    sink.text(`"0x${reader.unsigned().toString(16).padStart(16, '0')}"`);
  } else if (type === 5) sink.text(`"0x${reader.fixed32().toString(16).padStart(8, '0')}"`);
  else if (type === 2) writeBase64(sink, reader.chunk());
  else {
    const start = reader.pos;
    writeBase64(sink, reader.bytes.subarray(start, reader.skipGroup(tag >>> 3)));
  }
}
