// Map entries in text format: what stands for an absent key or value, and the order of the keys.
// https://protobuf.dev/reference/protobuf/textformat-spec/#maps
import { ScalarType } from '@bufbuild/protobuf';
import { unescapeString } from './text-string.ts';
import type { TextKind } from './text-type.ts';

/** The text of a zero of that type. */
export function defaultText(kind: TextKind): string {
  if (kind.kind === 'enum') return kind.enum.values.find((value) => value.number === 0)?.name ?? '0';
  if (kind.kind === 'message') return '{}';
  if (kind.scalar === ScalarType.STRING || kind.scalar === ScalarType.BYTES) return '""';
  return kind.scalar === ScalarType.BOOL ? 'false' : '0';
}

/** Orders two keys given as printed: numbers by value, strings by their bytes, false before true. */
export function compareKeys(kind: TextKind, a: string, b: string): number {
  if (kind.kind !== 'scalar' || kind.scalar === ScalarType.BOOL) return a < b ? -1 : 1;
  if (kind.scalar === ScalarType.STRING) return Buffer.compare(keyBytes(a), keyBytes(b));
  return BigInt(a) < BigInt(b) ? -1 : 1;
}

function keyBytes(text: string): Uint8Array {
  return unescapeString({ kind: 'string', text, start: 0 }, (_start, reason) => {
    throw new Error(`${reason} in a string that the printer made`);
  });
}
