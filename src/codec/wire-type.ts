// Which wire type the values of a field have. https://protobuf.dev/programming-guides/encoding/#structure
import { type DescEnum, type DescMessage, ScalarType } from '@bufbuild/protobuf';

/** The shapes that a value of a list, a map or a singular field can have. */
export interface ValueKind {
  readonly scalar: ScalarType | undefined;
  readonly enum: DescEnum | undefined;
  readonly message: DescMessage | undefined;
}

/** A type's wire type outside packed fields: varint, fixed64, bytes or fixed32. */
export function scalarWireType(type: ScalarType): 0 | 1 | 2 | 5 {
  switch (type) {
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return 1;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return 5;
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return 2;
    default:
      return 0;
  }
}

/** The wire type of one value of a field; `delimited` messages are groups. */
export function wireTypeOf(kind: ValueKind, delimited: boolean): 0 | 1 | 2 | 3 | 5 {
  if (kind.message) return delimited ? 3 : 2;
  return kind.enum ? 0 : scalarWireType(kind.scalar!);
}
