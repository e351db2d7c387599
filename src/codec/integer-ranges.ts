// The ranges of protobuf's integer types, for readers of text.
import { ScalarType } from '@bufbuild/protobuf';

/** Least and greatest value of each integer type. */
export const integerRanges: ReadonlyMap<ScalarType, readonly [min: bigint, max: bigint]> = new Map([
  ...[ScalarType.INT32, ScalarType.SINT32, ScalarType.SFIXED32].map((type) => signed(type, 32)),
  ...[ScalarType.INT64, ScalarType.SINT64, ScalarType.SFIXED64].map((type) => signed(type, 64)),
  ...[ScalarType.UINT32, ScalarType.FIXED32].map((type) => unsigned(type, 32)),
  ...[ScalarType.UINT64, ScalarType.FIXED64].map((type) => unsigned(type, 64)),
]);

function signed(type: ScalarType, bits: number): [ScalarType, readonly [bigint, bigint]] {
  const half = 1n << BigInt(bits - 1);
  return [type, [-half, half - 1n]];
}

function unsigned(type: ScalarType, bits: number): [ScalarType, readonly [bigint, bigint]] {
  return [type, [0n, (1n << BigInt(bits)) - 1n]];
}
