// The data all workloads share: the n-th item as protobuf and as JSON, and digests to check content by.
import { createHash } from 'node:crypto';
import { bytes, frame, message, number } from './wire.mjs';

const digits = (n) => String(n).padStart(7, '0');

/** The n-th item, serialised. */
export function item(n) {
  return message(number(1, n), bytes(2, `item-${digits(n)}`), number(3, n * 1009));
}

/** The n-th item as compact JSON. */
export function itemJson(n) {
  return `{"id":${n},"name":"item-${digits(n)}","total":"${n * 1009}"}`;
}

/** Items 1 to `count`, each behind its gRPC prefix, in one piece. */
export function framedItems(count) {
  const out = Buffer.alloc(count * 40);
  let length = 0;
  for (let n = 1; n <= count; n++) length += frame(item(n)).copy(out, length);
  return out.subarray(0, length);
}

/** Items 1 to `count`, a JSON document a line. */
export function itemLines(count) {
  const parts = [];
  for (let n = 1; n <= count; n++) parts.push(itemJson(n), '\n');
  return parts.join('');
}

/** Bytes that neither compress nor repeat soon, the same in every run. */
export function noise(length) {
  const out = Buffer.allocUnsafe(length);
  let state = 0x2545f491;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    out.writeInt32LE(state ^ (state >>> 15), at);
  }
  return out;
}

/** A digest in hex. */
export function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
