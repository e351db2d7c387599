// What a schema says about a field beside its type: required, output-only, deprecated, its comment. Read from the
// options' bytes, since google/api is often not linked.
import type { DescEnumValue, DescExtension, DescField } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { commentsAt } from '../render/proto-comments.ts';
import { fileOf, pathOf } from '../render/proto-source.ts';

type Field = DescField | DescExtension;

/** google.api.field_behavior, an extension of FieldOptions, and the values that matter here. */
const fieldBehavior = 1052;
const required = 2;
const outputOnly = 3;
const immutable = 5;

const known = new WeakMap<Field, ReadonlySet<number>>();

function behaviors(field: Field): ReadonlySet<number> {
  let found = known.get(field);
  if (found === undefined) {
    found = readBehaviors(field);
    known.set(field, found);
  }
  return found;
}

function readBehaviors(field: Field): ReadonlySet<number> {
  const values = new Set<number>();
  for (const unknown of field.proto.options?.$unknown ?? []) {
    if (unknown.no !== fieldBehavior) continue;
    try {
      const reader = new BinaryReader(unknown.data);
      const end = unknown.wireType === WireType.LengthDelimited ? reader.uint32() + reader.pos : unknown.data.length;
      while (reader.pos < end) values.add(reader.int32());
    } catch {
      // Bytes that are no list of enums say nothing.
    }
  }
  return values;
}

/** `wire`: the message cannot be read without it (proto2). `rule`: the service says so, and may mean it. */
export function requiredBy(field: Field): 'wire' | 'rule' | undefined {
  if (field.presence === FeatureSet_FieldPresence.LEGACY_REQUIRED) return 'wire';
  return behaviors(field).has(required) ? 'rule' : undefined;
}

/** Only the server sets it. */
export function isOutputOnly(field: Field): boolean {
  return behaviors(field).has(outputOnly);
}

/** It cannot be changed after creation. */
export function isImmutable(field: Field): boolean {
  return behaviors(field).has(immutable);
}

/** True if unset can be told from the default. */
export function hasPresence(field: Field): boolean {
  return (
    field.presence !== FeatureSet_FieldPresence.IMPLICIT && field.fieldKind !== 'list' && field.fieldKind !== 'map'
  );
}

/** The comment of a field or an enum value in the source, as lines. */
export function commentOf(symbol: Field | DescEnumValue): readonly string[] {
  const comments = commentsAt(fileOf(symbol).proto, pathOf(symbol));
  return [...comments.leading, ...comments.trailing].map((line) => line.trim());
}
