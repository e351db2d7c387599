// Reads google.rpc.Status by hand: this folder knows no message types, and needs these three fields only
// (https://protobuf.dev/programming-guides/encoding/).
import type { AnyBytes } from './status.ts';

/** google.rpc.Status: int32 code = 1, string message = 2, repeated google.protobuf.Any details = 3. */
export interface RpcStatus {
  readonly code: number;
  readonly message: string;
  readonly details: readonly AnyBytes[];
}

/** The bytes as a google.rpc.Status; undefined when they are none. Unknown fields are skipped. */
export function readRpcStatus(bytes: Uint8Array): RpcStatus | undefined {
  const fields = readFields(bytes);
  if (fields === undefined) return undefined;
  let code = 0;
  let message = '';
  const details: AnyBytes[] = [];
  for (const { number, value } of fields) {
    if (number === 1 && typeof value === 'bigint') code = Number(BigInt.asIntN(32, value));
    else if (number === 2 && value instanceof Uint8Array) message = utf8(value);
    else if (number === 3 && value instanceof Uint8Array) {
      const any = readAny(value);
      if (any === undefined) return undefined;
      details.push(any);
    } else if (number <= 3) return undefined;
  }
  return { code, message, details };
}

function readAny(bytes: Uint8Array): AnyBytes | undefined {
  const fields = readFields(bytes);
  if (fields === undefined) return undefined;
  let typeUrl = '';
  let value: Uint8Array = new Uint8Array(0);
  for (const field of fields) {
    if (field.number === 1 && field.value instanceof Uint8Array) typeUrl = utf8(field.value);
    else if (field.number === 2 && field.value instanceof Uint8Array) value = field.value;
    else if (field.number <= 2) return undefined;
  }
  return { typeUrl, value };
}

interface Field {
  readonly number: number;
  readonly value: bigint | Uint8Array | undefined;
}

// Varints as bigint, length-delimited as bytes, fixed widths skipped; undefined for anything malformed.
function readFields(bytes: Uint8Array): Field[] | undefined {
  const fields: Field[] = [];
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(cursor);
    if (tag === undefined || tag >> 3n === 0n || tag > 0xffffffffn) return undefined;
    const field = readValue(cursor, Number(tag >> 3n), Number(tag & 7n));
    if (field === undefined) return undefined;
    fields.push(field);
  }
  return fields;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readValue(cursor: Cursor, number: number, wireType: number): Field | undefined {
  if (wireType === 0) {
    const value = readVarint(cursor);
    return value === undefined ? undefined : { number, value };
  }
  if (wireType !== 1 && wireType !== 2 && wireType !== 5) return undefined;
  const declared = wireType === 2 ? readVarint(cursor) : wireType === 1 ? 8n : 4n;
  if (declared === undefined || declared > BigInt(cursor.bytes.length - cursor.at)) return undefined;
  const end = cursor.at + Number(declared);
  const value = wireType === 2 ? new Uint8Array(cursor.bytes.subarray(cursor.at, end)) : undefined;
  cursor.at = end;
  return { number, value };
}

function readVarint(cursor: Cursor): bigint | undefined {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = cursor.bytes[cursor.at];
    if (byte === undefined) return undefined;
    cursor.at += 1;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  return undefined;
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
