// The first pass over the numbers and names that messages and enums set aside.
import type {
  DescriptorProto,
  DescriptorProto_ExtensionRange,
  DescriptorProto_ReservedRange,
  EnumDescriptorProto,
  EnumDescriptorProto_EnumReservedRange,
} from '@bufbuild/protobuf/wkt';
import type { Enum, Type } from 'protobufjs';
import { newMessage } from '../descriptor-message.ts';
import { bracketClauses, type Container, type Draft } from './draft.ts';
import { findToken, type Statement } from './outline.ts';
import { errorAt } from './source-text.ts';
import { sourceName } from './tree.ts';

/** Adds the ranges of an `extensions` statement; options in its brackets hold for each. */
export function draftExtensionRanges(
  draft: Draft,
  message: DescriptorProto,
  tree: Type,
  statement: Statement,
  { fullName, path }: Container,
): void {
  const { source } = draft.file;
  const ranges = nextRanges<number[]>(draft, statement, tree.extensions ?? [], message.extensionRange.length);
  const clauses = bracketClauses(source, statement);
  draft.locations.push({ path: [...path, 5], statement });
  for (const [start = 0, end = start] of ranges) {
    checkRange(draft, statement, start, end);
    // Descriptors name the number after the last.
    const range = newMessage<DescriptorProto_ExtensionRange>('DescriptorProto.ExtensionRange', { start, end: end + 1 });
    message.extensionRange.push(range);
    draft.options.push({ target: range, schema: 'ExtensionRangeOptions', from: fullName, clauses, field: undefined });
  }
}

/** Adds the numbers or names of a message's `reserved` statement. */
export function draftReserved(draft: Draft, message: DescriptorProto, tree: Type, statement: Statement): void {
  const done = message.reservedRange.length + message.reservedName.length;
  for (const item of nextRanges(draft, statement, tree.reserved ?? [], done)) {
    if (typeof item === 'string') message.reservedName.push(sourceName(draft.file, item));
    else {
      checkRange(draft, statement, item[0] ?? 0, item[1] ?? 0);
      const range = { start: item[0] ?? 0, end: (item[1] ?? 0) + 1 };
      message.reservedRange.push(newMessage<DescriptorProto_ReservedRange>('DescriptorProto.ReservedRange', range));
    }
  }
}

/** Adds the numbers or names of an enum's `reserved` statement; here a range names its last number. */
export function draftEnumReserved(draft: Draft, target: EnumDescriptorProto, tree: Enum, statement: Statement): void {
  const done = target.reservedRange.length + target.reservedName.length;
  for (const item of nextRanges(draft, statement, tree.reserved ?? [], done)) {
    if (typeof item === 'string') target.reservedName.push(sourceName(draft.file, item));
    else {
      const range = { start: item[0] ?? 0, end: item[1] ?? 0 };
      target.reservedRange.push(
        newMessage<EnumDescriptorProto_EnumReservedRange>('EnumDescriptorProto.EnumReservedRange', range),
      );
    }
  }
}

// The parser has the ranges of all statements in one list; those of this one come after the `done` first.
function nextRanges<T>(draft: Draft, statement: Statement, all: readonly T[], done: number): T[] {
  const { source } = draft.file;
  let count = 1;
  for (let at = findToken(source, statement.first, statement.end, ','); at < statement.end; count++) {
    at = findToken(source, at + 1, statement.end, ',');
  }
  return all.slice(done, done + count);
}

function checkRange(draft: Draft, statement: Statement, start: number, end: number): void {
  const { source } = draft.file;
  if (start >= 1 && start <= end) return;
  const shown = start === end ? `${start}` : `${start} to ${end}`;
  throw errorAt(source, source.tokens[statement.first + 1], `${shown} is no range of field numbers`);
}
