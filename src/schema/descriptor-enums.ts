// The enums of descriptor.proto as constants: the library's own bring its whole schema of schemas along, which takes
// long to set up. The numbers are checked against it by a test.
import type * as Wkt from '@bufbuild/protobuf/wkt';

/** FieldDescriptorProto.Type. */
export const FieldType: Readonly<Record<keyof typeof Wkt.FieldDescriptorProto_Type, Wkt.FieldDescriptorProto_Type>> = {
  DOUBLE: 1,
  FLOAT: 2,
  INT64: 3,
  UINT64: 4,
  INT32: 5,
  FIXED64: 6,
  FIXED32: 7,
  BOOL: 8,
  STRING: 9,
  GROUP: 10,
  MESSAGE: 11,
  BYTES: 12,
  UINT32: 13,
  ENUM: 14,
  SFIXED32: 15,
  SFIXED64: 16,
  SINT32: 17,
  SINT64: 18,
};
export type FieldType = Wkt.FieldDescriptorProto_Type;

/** FieldDescriptorProto.Label. */
export const FieldLabel: Readonly<Record<keyof typeof Wkt.FieldDescriptorProto_Label, Wkt.FieldDescriptorProto_Label>> =
  {
    OPTIONAL: 1,
    REPEATED: 3,
    REQUIRED: 2,
  };
export type FieldLabel = Wkt.FieldDescriptorProto_Label;

/** Edition. */
export const Edition: Readonly<Record<keyof typeof Wkt.Edition, Wkt.Edition>> = {
  EDITION_UNKNOWN: 0,
  EDITION_LEGACY: 900,
  EDITION_PROTO2: 998,
  EDITION_PROTO3: 999,
  EDITION_2023: 1000,
  EDITION_2024: 1001,
  EDITION_2026: 1002,
  EDITION_UNSTABLE: 9999,
  EDITION_1_TEST_ONLY: 1,
  EDITION_2_TEST_ONLY: 2,
  EDITION_99997_TEST_ONLY: 99997,
  EDITION_99998_TEST_ONLY: 99998,
  EDITION_99999_TEST_ONLY: 99999,
  EDITION_MAX: 2147483647,
};
export type Edition = Wkt.Edition;

/** SymbolVisibility. */
export const SymbolVisibility: Readonly<Record<keyof typeof Wkt.SymbolVisibility, Wkt.SymbolVisibility>> = {
  VISIBILITY_UNSET: 0,
  VISIBILITY_LOCAL: 1,
  VISIBILITY_EXPORT: 2,
};
export type SymbolVisibility = Wkt.SymbolVisibility;

/** FeatureSet.MessageEncoding. */
export const MessageEncoding: Readonly<
  Record<keyof typeof Wkt.FeatureSet_MessageEncoding, Wkt.FeatureSet_MessageEncoding>
> = {
  MESSAGE_ENCODING_UNKNOWN: 0,
  LENGTH_PREFIXED: 1,
  DELIMITED: 2,
};
export type MessageEncoding = Wkt.FeatureSet_MessageEncoding;

/** FeatureSet.RepeatedFieldEncoding. */
export const RepeatedFieldEncoding: Readonly<
  Record<keyof typeof Wkt.FeatureSet_RepeatedFieldEncoding, Wkt.FeatureSet_RepeatedFieldEncoding>
> = {
  REPEATED_FIELD_ENCODING_UNKNOWN: 0,
  PACKED: 1,
  EXPANDED: 2,
};
export type RepeatedFieldEncoding = Wkt.FeatureSet_RepeatedFieldEncoding;

/** MethodOptions.IdempotencyLevel. */
export const IdempotencyLevel: Readonly<
  Record<keyof typeof Wkt.MethodOptions_IdempotencyLevel, Wkt.MethodOptions_IdempotencyLevel>
> = {
  IDEMPOTENCY_UNKNOWN: 0,
  NO_SIDE_EFFECTS: 1,
  IDEMPOTENT: 2,
};

/** A field type's name in lower case, as it is written in .proto files. */
export function fieldTypeName(type: FieldType): string {
  const [name = ''] = Object.entries(FieldType).find(([, value]) => value === type) ?? [];
  return name.toLowerCase();
}
