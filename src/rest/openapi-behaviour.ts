// What google.api.field_behavior says of a field, read from the option's bytes: servers seldom ship its file.
import type { DescField } from '@bufbuild/protobuf';
import { BinaryReader } from '../codec/binary-reader.ts';

/** The behaviours that show in a schema (google/api/field_behavior.proto). */
export type Behaviour = 'REQUIRED' | 'OUTPUT_ONLY' | 'INPUT_ONLY';

const extensionNumber = 1052;
const names = new Map<number, Behaviour>([
  [2, 'REQUIRED'],
  [3, 'OUTPUT_ONLY'],
  [4, 'INPUT_ONLY'],
]);

/** The behaviours of a field; empty without the annotation, or if it cannot be read. */
export function behaviourOf(field: DescField): ReadonlySet<Behaviour> {
  const found = new Set<Behaviour>();
  for (const { no, wireType, data } of field.proto.options?.$unknown ?? []) {
    if (no !== extensionNumber) continue;
    for (const number of numbersIn(data, wireType)) {
      const name = names.get(number);
      if (name !== undefined) found.add(name);
    }
  }
  return found;
}

function numbersIn(data: Uint8Array, wireType: number): number[] {
  try {
    const reader = new BinaryReader(data, 'google.api.field_behavior');
    if (wireType === 2) reader.varint32();
    const numbers: number[] = [];
    while (reader.pos < reader.end) numbers.push(reader.varint32());
    return numbers;
  } catch {
    return [];
  }
}
