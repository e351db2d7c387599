// Which types and extensions a message or a document speaks of that the schema does not hold yet: reading and printing
// are synchronous, so callers fetch these first.
import type { DescMessage } from '@bufbuild/protobuf';
import type { TypeResolver } from '../schema/schema.ts';
import { BinaryReader, MessageError } from './binary-reader.ts';
import { isMessageSet, itemTag, readSetItem } from './message-set.ts';

const anyName = 'google.protobuf.Any';
const holders = new WeakMap<DescMessage, boolean>();

/** True if the type is an Any or can hold one at any depth. Worked out once per type. */
export function mayHoldAny(message: DescMessage): boolean {
  const known = holders.get(message);
  if (known !== undefined) return known;
  // Types may hold each other, so the answer is sought over all that can be reached, not type by type.
  const seen = new Set<DescMessage>([message]);
  let found = false;
  for (const desc of seen) {
    // Extensions may hold an Any as well; which there are is not known beforehand.
    found ||= desc.typeName === anyName || holders.get(desc) === true || desc.proto.extensionRange.length > 0;
    if (found) break;
    for (const field of desc.fields) if (field.message) seen.add(field.message);
  }
  holders.set(message, found);
  if (!found) for (const desc of seen) holders.set(desc, false);
  return found;
}

/**
 * What a message holds that `types` does not know, at any depth, each once, by names that Schema.symbol takes: the types
 * of Any values, and extensions as `pkg.Message[100]`. Inside an Any of an unknown type nothing can be seen: ask again
 * once it is known. Bytes that are no message end the search quietly.
 */
export function unresolvedTypes(message: DescMessage, bytes: Uint8Array, types: TypeResolver): string[] {
  const missing = new Set<string>();
  if (mayHoldAny(message)) search(message, bytes, types, missing, 0);
  return [...missing];
}

const inJson = /"@type"\s*:\s*"(?:[^"\\]*\/)?([\w.]+)"|"\[([\w.]+)\]"\s*:/g;
const inText = /\[\s*(?:[\w.-]+\/)?([A-Za-z_][\w.]*)\s*\]/g;

/**
 * Full names that a document speaks of, whether known or not: in JSON after `@type` and in `[extension]` members, in the
 * text format in brackets.
 */
export function typesNamed(text: string, format: 'json' | 'text' = 'json'): string[] {
  if (!text.includes('@type') && !text.includes('[')) return [];
  const names = new Set<string>();
  for (const match of text.matchAll(format === 'json' ? inJson : inText)) names.add((match[1] ?? match[2])!);
  return [...names];
}

function search(desc: DescMessage, bytes: Uint8Array, types: TypeResolver, missing: Set<string>, depth: number): void {
  if (depth > 100) return;
  try {
    if (desc.typeName === anyName) searchAny(bytes, types, missing, depth);
    else searchFields(desc, bytes, types, missing, depth);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
  }
}

function searchAny(bytes: Uint8Array, types: TypeResolver, missing: Set<string>, depth: number): void {
  const reader = new BinaryReader(bytes, anyName);
  let url = '';
  let value = new Uint8Array(0);
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 10) url = Buffer.from(reader.chunk()).toString('utf8');
    else if (tag === 18) value = Uint8Array.from(reader.chunk());
    else reader.skip(tag);
  }
  const name = url.slice(url.lastIndexOf('/') + 1);
  if (name === '') return;
  const type = types.message(name);
  if (!type) missing.add(name);
  else if (mayHoldAny(type)) search(type, value, types, missing, depth + 1);
}

function searchFields(
  desc: DescMessage,
  bytes: Uint8Array,
  types: TypeResolver,
  missing: Set<string>,
  depth: number,
): void {
  const reader = new BinaryReader(bytes, desc.typeName);
  const inside = new Map<number, DescMessage>();
  for (const field of desc.fields) {
    if (field.message && mayHoldAny(field.message)) inside.set(field.number, field.message);
  }
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    const number = tag >>> 3;
    if (tag === itemTag && isMessageSet(desc)) {
      searchItem(desc, reader, types, missing, depth);
      continue;
    }
    if (isUnknownExtension(desc, number, types)) missing.add(`${desc.typeName}[${number}]`);
    const type = inside.get(number) ?? extensionType(desc, number, types);
    if (!type || ((tag & 7) !== 2 && (tag & 7) !== 3)) reader.skip(tag);
    else if ((tag & 7) === 2) {
      const field = desc.fields.find((candidate) => candidate.number === number);
      const chunk = reader.chunk();
      if (field?.fieldKind === 'map') searchEntry(type, chunk, types, missing, depth);
      else search(type, chunk, types, missing, depth + 1);
    } else {
      const start = reader.pos;
      search(type, bytes.subarray(start, reader.skipGroup(number)), types, missing, depth + 1);
    }
  }
}

/** An item of a message set, from behind its tag. */
function searchItem(
  desc: DescMessage,
  reader: BinaryReader,
  types: TypeResolver,
  missing: Set<string>,
  depth: number,
): void {
  const item = readSetItem(reader);
  const end = reader.pos;
  if (item && isUnknownExtension(desc, item.number, types)) missing.add(`${desc.typeName}[${item.number}]`);
  const type = item && extensionType(desc, item.number, types);
  for (const at of type ? item.tags : []) {
    reader.pos = at;
    reader.tag();
    search(type!, reader.chunk(), types, missing, depth + 1);
  }
  reader.pos = end;
}

/** A map's entry holds its value as field 2. */
function searchEntry(
  type: DescMessage,
  entry: Uint8Array,
  types: TypeResolver,
  missing: Set<string>,
  depth: number,
): void {
  const reader = new BinaryReader(entry, type.typeName);
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 18) search(type, reader.chunk(), types, missing, depth + 1);
    else reader.skip(tag);
  }
}

function isUnknownExtension(desc: DescMessage, number: number, types: TypeResolver): boolean {
  const inRange = desc.proto.extensionRange.some(({ start, end }) => number >= start && number < end);
  return inRange && types.extension(desc, number) === undefined;
}

function extensionType(desc: DescMessage, number: number, types: TypeResolver): DescMessage | undefined {
  if (desc.proto.extensionRange.length === 0) return undefined;
  const message = types.extension(desc, number)?.message;
  return message && mayHoldAny(message) ? message : undefined;
}
