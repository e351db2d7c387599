// Reads google.protobuf.Any: the type's name stands among the members, not always first.
// https://protobuf.dev/programming-guides/json/#any
import type { DescMessage } from '@bufbuild/protobuf';
import type { BinaryWriter } from './binary-writer.ts';
import type { JsonCursor } from './json-reader-cursor.ts';
import { visible } from './json-reader-place.ts';
import type { ReadValue, TypeReaders } from './json-reader-scalar.ts';
import { readBytes } from './json-reader-text.ts';
import { hasOwnJson } from './well-known.ts';

const emptyName = 'google.protobuf.Empty';

/** The reader of an Any's contents: `type_url` is field 1, `value` field 2. */
export function anyReader(desc: DescMessage, readers: TypeReaders): ReadValue {
  const inside = new Map<DescMessage, ReadValue>();
  return (input, out) => {
    if (input.text.charCodeAt(input.pos) !== 0x7b) input.unexpected(`an object (${desc.typeName})`);
    input.enter();
    const start = input.pos;
    const members = anyMembers(input);
    if (members.typeUrl === undefined) {
      if (members.count > 0) input.fail(start, '"@type" is missing, which says what the Any holds');
    } else if (members.bytesAt !== undefined && members.count === 2) {
      readOpaque(input, out, members.typeUrl, members.bytesAt);
    } else {
      const type = resolve(input, readers, members);
      const read = inside.get(type) ?? insideReader(type, readers);
      inside.set(type, read);
      input.pos = start;
      out.uint32(10);
      out.string(members.typeUrl);
      out.uint32(18);
      const value = out.begin();
      read(input, out);
      if (out.length === value + 1) out.length = value - 1;
      else out.end(value);
    }
    input.leave();
  };
}

/** What the first walk over an Any's members finds; `pos` is behind the object then. */
interface AnyMembers {
  typeUrl: string | undefined;
  typeAt: number;
  /** Where the base64 stands in the form that is printed for types nobody knows: `@type` and `@value`. */
  bytesAt: number | undefined;
  count: number;
}

function anyMembers(input: JsonCursor): AnyMembers {
  const found: AnyMembers = { typeUrl: undefined, typeAt: input.pos, bytesAt: undefined, count: 0 };
  if (!input.open(0x7d)) return found;
  do {
    const at = input.pos;
    const name = input.key();
    found.count++;
    if (name === '@type') {
      if (found.typeUrl !== undefined) input.fail(at, '"@type" is given twice');
      found.typeAt = input.pos;
      if (input.text.charCodeAt(input.pos) !== 0x22)
        input.unexpected('a type URL such as "type.googleapis.com/pkg.Message"');
      found.typeUrl = input.string();
    } else {
      if (name === '@value' && input.lenient && input.text.charCodeAt(input.pos) === 0x22) found.bytesAt = input.pos;
      input.skipValue();
    }
  } while (input.more(0x7d));
  return found;
}

function resolve(input: JsonCursor, readers: TypeReaders, members: AnyMembers): DescMessage {
  const typeUrl = members.typeUrl!;
  const name = typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
  const type = readers.types.message(name);
  if (type && (typeUrl.includes('/') || input.lenient)) return type;
  if (type || name === '') {
    input.fail(
      members.typeAt,
      `expected a type URL such as "type.googleapis.com/pkg.Message", got ${input.found(members.typeAt)}`,
    );
  }
  input.fail(
    members.typeAt,
    `the type "${visible(name)}" is not in the schema`,
    'give its schema with --proto or --protoset, or send its bytes as {"@type": "…", "@value": "base64"}',
  );
}

function readOpaque(input: JsonCursor, out: BinaryWriter, typeUrl: string, bytesAt: number): void {
  const end = input.pos;
  out.uint32(10);
  out.string(typeUrl);
  out.uint32(18);
  input.pos = bytesAt;
  readBytes(input, out);
  input.pos = end;
}

/** Reads the same object again as a message of the type inside. */
function insideReader(type: DescMessage, readers: TypeReaders): ReadValue {
  if (!hasOwnJson(type.typeName) && type.typeName !== emptyName) return readers.members(type, '@type');
  const read = readers.contents(type);
  return (input, out) => {
    let seen = false;
    if (!input.open(0x7d)) return;
    do {
      const at = input.pos;
      const name = input.key();
      if (name === 'value') {
        if (seen) input.fail(at, '"value" is given twice');
        seen = true;
        read(input, out);
      } else if (name === '@type') input.skipValue();
      else if (input.allowUnknown) input.skipValue();
      else
        input.fail(at, `beside "@type" only "value" belongs into an Any of ${type.typeName}, got "${visible(name)}"`);
    } while (input.more(0x7d));
    // Its JSON is {} whatever it is in; Go puts it behind "value", others leave that out.
    if (!seen && type.typeName !== emptyName)
      input.fail(input.pos - 1, `"value" is missing, which holds the ${type.typeName}`);
  };
}
