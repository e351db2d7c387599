// Readers of message types: an object's members go to the fields they name. Made on first use, kept per type.
import type { DescExtension, DescField, DescMessage } from '@bufbuild/protobuf';
import { nearest } from '../schema/nearest.ts';
import type { TypeResolver } from '../schema/schema.ts';
import type { BinaryWriter } from './binary-writer.ts';
import type { JsonCursor } from './json-reader-cursor.ts';
import { fieldReader } from './json-reader-field.ts';
import { visible } from './json-reader-place.ts';
import type { ReadValue, TypeReaders } from './json-reader-scalar.ts';
import { wellKnownReader } from './json-reader-well-known.ts';

/** FeatureSet.FieldPresence.LEGACY_REQUIRED. */
const legacyRequired = 3;

/** One field as a member of an object. */
interface Member {
  readonly field: DescField | DescExtension;
  /** Place among the type's members, for spotting duplicates. */
  readonly index: number;
  readonly oneof: string | undefined;
  /** A null is a value to this field; to others it means unset. */
  readonly takesNull: boolean;
  readonly read: ReadValue;
}

/** Makes the members of one type as their names turn up, so that reading one field of a huge schema stays cheap. */
class MemberTable {
  readonly byName = new Map<string, Member>();
  private readonly readers: MessageReaders;
  private readonly desc: DescMessage;
  private readonly fields = new Map<string, DescField>();
  private count = 0;

  constructor(readers: MessageReaders, desc: DescMessage) {
    this.readers = readers;
    this.desc = desc;
    for (const field of desc.fields) this.fields.set(field.name, field);
    for (const field of desc.fields) this.fields.set(field.jsonName, field);
  }

  /** The member of a name seen for the first time; undefined if the type has no such field. */
  find(name: string): Member | undefined {
    const field = this.fields.get(name) ?? this.extension(name);
    if (!field) return undefined;
    const { oneof } = field;
    const member: Member = {
      field,
      index: this.count++,
      oneof: oneof?.name,
      takesNull:
        (field.fieldKind === 'message' && field.message.typeName === 'google.protobuf.Value') ||
        (field.fieldKind === 'enum' && field.enum.typeName === 'google.protobuf.NullValue'),
      read: fieldReader(field, (message) => this.readers.contents(message)),
    };
    if (field.kind === 'extension') this.byName.set(name, member);
    else {
      // A name may also be the JSON name of another field, which then goes before.
      for (const spelled of [field.name, field.jsonName]) {
        if (this.fields.get(spelled) === field) this.byName.set(spelled, member);
      }
    }
    return member;
  }

  /** Throws, or passes over the value where unknown fields are allowed. */
  unknown(input: JsonCursor, at: number, name: string): void {
    if (input.allowUnknown) {
      input.skipValue();
      return;
    }
    const names = this.desc.fields.map((field) => field.jsonName);
    const close = nearest(name, names, 3);
    const has = names.length === 0 ? 'it has no fields' : `it has ${names.slice(0, 12).join(', ')}`;
    input.fail(
      at,
      `${this.desc.typeName} has no field "${visible(name)}"`,
      close.length > 0 ? `did you mean "${close.join('" or "')}"?` : names.length > 12 ? `${has}, …` : has,
    );
  }

  private extension(name: string): DescExtension | undefined {
    if (!name.startsWith('[') || !name.endsWith(']')) return undefined;
    const found = this.readers.types.extensionByName(name.slice(1, -1));
    return found?.extendee.typeName === this.desc.typeName ? found : undefined;
  }
}

/** The readers made so far. */
export class MessageReaders implements TypeReaders {
  readonly types: TypeResolver;
  private readonly made = new Map<DescMessage, ReadValue>();

  constructor(types: TypeResolver) {
    this.types = types;
  }

  /** The reader of a message's contents, in the JSON form that its type has. */
  contents(desc: DescMessage): ReadValue {
    const known = this.made.get(desc);
    if (known) return known;
    const read = wellKnownReader(desc, this) ?? this.members(desc);
    this.made.set(desc, read);
    return read;
  }

  /** The reader of an object that names the fields of `desc`; `skip` is a member to pass over (`@type`). */
  members(desc: DescMessage, skip?: string): ReadValue {
    const table = new MemberTable(this, desc);
    const required = desc.fields.filter((field) => field.presence === legacyRequired);
    return (input, out) => {
      if (input.text.charCodeAt(input.pos) !== 0x7b) input.unexpected(`an object (${desc.typeName})`);
      input.enter();
      const start = input.pos;
      const seen = new Seen();
      if (input.open(0x7d)) {
        do readMember(table, seen, skip, input, out);
        while (input.more(0x7d));
      }
      if (required.length > 0 && !input.lenient) checkRequired(desc, required, table, seen, input, start);
      input.leave();
    };
  }
}

/** Which members of one object have been read. */
class Seen {
  private low = 0;
  private others: Set<number> | undefined;
  private oneofs: Map<string, string> | undefined;

  /** Notes a member; true if it had been noted before. */
  again(index: number): boolean {
    if (index < 32) {
      const before = this.low;
      this.low |= 1 << index;
      return before === this.low;
    }
    this.others ??= new Set();
    if (this.others.has(index)) return true;
    this.others.add(index);
    return false;
  }

  has(index: number): boolean {
    return index < 32 ? (this.low & (1 << index)) !== 0 : (this.others?.has(index) ?? false);
  }

  /** Notes the member that sets a oneof; returns the name of the one that did before. */
  setOneof(oneof: string, name: string): string | undefined {
    this.oneofs ??= new Map();
    const before = this.oneofs.get(oneof);
    this.oneofs.set(oneof, name);
    return before;
  }
}

function readMember(
  table: MemberTable,
  seen: Seen,
  skip: string | undefined,
  input: JsonCursor,
  out: BinaryWriter,
): void {
  const at = input.pos;
  const name = input.key();
  const member = table.byName.get(name) ?? table.find(name);
  if (!member) {
    if (name === skip) input.skipValue();
    else table.unknown(input, at, name);
    return;
  }
  if (seen.again(member.index)) input.fail(at, `"${visible(name)}" is given twice`);
  if (!member.takesNull && input.takeNull()) return;
  if (member.oneof !== undefined) {
    const other = seen.setOneof(member.oneof, member.field.jsonName);
    if (other !== undefined) {
      input.fail(at, `"${other}" and "${member.field.jsonName}" exclude each other (oneof ${member.oneof})`);
    }
  }
  member.read(input, out);
}

function checkRequired(
  desc: DescMessage,
  required: readonly DescField[],
  table: MemberTable,
  seen: Seen,
  input: JsonCursor,
  start: number,
): void {
  for (const field of required) {
    const member = table.byName.get(field.jsonName);
    if (!member || !seen.has(member.index)) {
      input.fail(start, `${desc.typeName} requires the field "${field.jsonName}"`);
    }
  }
}
