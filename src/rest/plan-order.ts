// Wire bytes may bring fields in any order, a message in parts, and several members of a oneof. Everything after this
// file may rely on declaration order, singular fields that come once, and one member per oneof.
import { BinaryReader } from '../codec/binary-reader.ts';
import { BinaryWriter } from '../codec/binary-writer.ts';
import { accepts, type FieldPlan, type MessagePlan } from './plan-message.ts';

/** A reader on the message from the reader's position to its end, its fields in order: the same reader if they are. */
export function orderedReader(plan: MessagePlan, reader: BinaryReader): BinaryReader {
  const start = reader.pos;
  const isOrdered = inOrder(plan, reader);
  reader.pos = start;
  return isOrdered ? reader : new BinaryReader(reordered(plan, reader), reader.typeName);
}

function inOrder(plan: MessagePlan, reader: BinaryReader): boolean {
  let last = -1;
  let oneofs = 0;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    const field = plan.find(tag >>> 3);
    if (field && accepts(field, tag & 7)) {
      if (field.index < last || (field.index === last && field.singular)) return false;
      last = field.index;
      if (field.oneof >= 0) {
        const bit = 1 << field.oneof;
        if (field.oneof > 30 || (oneofs & bit) !== 0) return false;
        oneofs |= bit;
      }
    }
    reader.skip(tag);
  }
  return true;
}

/** The same message with its fields in order, parts of messages merged, unknown fields last. */
function reordered(plan: MessagePlan, reader: BinaryReader): Uint8Array {
  const found = new Map<FieldPlan, Uint8Array[]>();
  const unknown: Uint8Array[] = [];
  const oneofs = new Map<number, FieldPlan>();
  while (reader.pos < reader.end) {
    const start = reader.pos;
    const tag = reader.tag();
    const field = plan.find(tag >>> 3);
    reader.skip(tag);
    const range = reader.bytes.subarray(start, reader.pos);
    if (!field || !accepts(field, tag & 7)) {
      unknown.push(range);
      continue;
    }
    const before = oneofs.get(field.oneof);
    if (before && before !== field) found.delete(before);
    if (field.oneof >= 0) oneofs.set(field.oneof, field);
    const ranges = found.get(field);
    if (ranges) ranges.push(range);
    else found.set(field, [range]);
  }
  const out = new BinaryWriter(reader.bytes.length + 16);
  for (const field of [...found.keys()].sort((a, b) => a.index - b.index)) writeField(field, found.get(field)!, out);
  for (const range of unknown) out.raw(range);
  return out.finish();
}

function writeField(plan: FieldPlan, ranges: readonly Uint8Array[], out: BinaryWriter): void {
  if (!plan.singular) for (const range of ranges) out.raw(range);
  else if (ranges.length === 1 || !plan.field.message) out.raw(ranges.at(-1)!);
  else {
    const { number } = plan.field;
    const contents = ranges.map((range) => contentsOf(range, number));
    out.tag(number, plan.wire);
    if (plan.wire === 3) {
      for (const part of contents) out.raw(part);
      out.tag(number, 4);
    } else out.bytes(Buffer.concat(contents));
  }
}

/** What stands inside one message field: behind its tag and length, or between the tags of its group. */
function contentsOf(range: Uint8Array, number: number): Uint8Array {
  const reader = new BinaryReader(range, '');
  const tag = reader.tag();
  if ((tag & 7) === 2) return reader.chunk();
  const start = reader.pos;
  return range.subarray(start, reader.skipGroup(number));
}
