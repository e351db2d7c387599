// The MessageSet wire format, a relic of proto2: extensions, messages all of them, stand in groups with their number
// beside them instead of in its place. Old services at Google still speak it.
// https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto (message_set_wire_format)
import type { DescExtension, DescField, DescMessage } from '@bufbuild/protobuf';
import type { BinaryReader } from './binary-reader.ts';
import type { BinaryWriter } from './binary-writer.ts';

/** The tag that begins an item: group 1. In it are `type_id`, field 2, and `message`, field 3. */
export const itemTag = 11;
const typeIdTag = 16;
const messageTag = 26;
const itemEndTag = 12;

/** True for messages of the MessageSet wire format. */
export function isMessageSet(desc: DescMessage): boolean {
  return desc.proto.options?.messageSetWireFormat === true;
}

/** True for extensions that stand in items. In a message set there can be no others, but schemas come from strangers. */
export function isSetItem(field: DescField | DescExtension): field is DescExtension & { fieldKind: 'message' } {
  if (field.kind !== 'extension' || field.fieldKind !== 'message') return false;
  return !field.delimitedEncoding && isMessageSet(field.extendee);
}

/** An item: the number of its extension, and where the tags of its message's parts are; more than one are merged. */
export interface SetItem {
  readonly number: number;
  readonly tags: readonly number[];
}

/** Reads an item from behind its first tag to behind its last. Undefined, also there, if it lacks either. */
export function readSetItem(reader: BinaryReader): SetItem | undefined {
  let number = 0;
  const tags: number[] = [];
  for (;;) {
    const start = reader.pos;
    if (start >= reader.end) reader.fail('the bytes end inside an item of a message set');
    const tag = reader.tag();
    if (tag === itemEndTag) break;
    if (tag === typeIdTag) number = reader.varint32();
    else {
      if (tag === messageTag) tags.push(start);
      reader.skip(tag);
    }
  }
  return number === 0 || tags.length === 0 ? undefined : { number, tags };
}

/** Writes an item; `contents` writes its message. */
export function writeSetItem(out: BinaryWriter, number: number, contents: () => void): void {
  out.uint32(itemTag);
  out.uint32(typeIdTag);
  out.uint32(number);
  out.uint32(messageTag);
  const start = out.begin();
  contents();
  out.end(start);
  out.uint32(itemEndTag);
}
