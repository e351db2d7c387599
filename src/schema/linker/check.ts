// What descriptors cannot be used without: numbers that are free, used once and inside the ranges set aside for them.
import type { DescriptorProto, EnumDescriptorProto, FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import { quoted } from '../quote.ts';
import type { Draft } from './draft.ts';
import { messageOf } from './option-type.ts';
import { errorAt } from './source-text.ts';
import type { Symbols } from './symbols.ts';

// Only extensions of message sets, whose numbers are no tags, may have larger ones.
const maxFieldNumber = 536_870_911;

/** Checks the numbers and reserved names of a file. @throws UserError code 4 at the first that cannot be. */
export function checkDraft(draft: Draft, symbols: Symbols): void {
  const { proto } = draft;
  for (const message of proto.messageType) checkMessage(draft, symbols, message);
  for (const target of proto.enumType) checkEnum(draft, target);
  for (const extension of proto.extension) checkExtension(draft, symbols, extension);
}

function checkMessage(draft: Draft, symbols: Symbols, message: DescriptorProto): void {
  const used = new Map<number, string>();
  const reservedNames = new Set(message.reservedName);
  for (const field of message.field) {
    if (field.number > maxFieldNumber) throw numberError(draft, field, `is out of range, use 1 to ${maxFieldNumber}`);
    const before = used.get(field.number);
    if (before !== undefined) {
      throw numberError(draft, field, `is also that of ${quoted(before)}`);
    }
    used.set(field.number, field.name);
    const inside = ({ start, end }: { start: number; end: number }): boolean =>
      start <= field.number && field.number < end;
    if (message.reservedRange.some(inside)) throw numberError(draft, field, 'is reserved');
    if (message.extensionRange.some(inside)) throw numberError(draft, field, 'is for extensions');
    if (reservedNames.has(field.name)) {
      throw errorAt(draft.file.source, draft.spots.get(field), `field name ${quoted(field.name)} is reserved`);
    }
  }
  for (const nested of message.nestedType) checkMessage(draft, symbols, nested);
  for (const target of message.enumType) checkEnum(draft, target);
  for (const extension of message.extension) checkExtension(draft, symbols, extension);
}

function checkEnum(draft: Draft, target: EnumDescriptorProto): void {
  if (target.value.length > 0) return;
  throw errorAt(draft.file.source, draft.spots.get(target), `enum ${quoted(target.name)} has no values`);
}

function checkExtension(draft: Draft, symbols: Symbols, field: FieldDescriptorProto): void {
  const extendee = messageOf(symbols, field.extendee);
  const ranges = extendee?.extensionRange ?? [];
  if (ranges.some(({ start, end }) => start <= field.number && field.number < end)) return;
  const list = ranges.map(({ start, end }) => (end - start === 1 ? `${start}` : `${start} to ${end - 1}`)).join(', ');
  const name = field.extendee.slice(1);
  const hint = list === '' ? `${name} has no extensions` : `${name} has extensions ${list}`;
  const message = `field number ${field.number} is no extension of ${name}`;
  throw errorAt(draft.file.source, draft.spots.get(field), message, hint);
}

function numberError(draft: Draft, field: FieldDescriptorProto, message: string): Error {
  return errorAt(
    draft.file.source,
    draft.spots.get(field),
    `field number ${field.number} of ${quoted(field.name)} ${message}`,
  );
}
