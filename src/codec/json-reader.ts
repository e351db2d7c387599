// JSON document → wire bytes of one message type, in one pass and without objects between. Readers are put together
// once per type. https://protobuf.dev/programming-guides/json/
import type { DescMessage } from '@bufbuild/protobuf';
import type { TypeResolver } from '../schema/schema.ts';
import { BinaryWriter } from './binary-writer.ts';
import type { RequestDocument } from './document-source.ts';
import { JsonCursor } from './json-reader-cursor.ts';
import { MessageReaders } from './json-reader-message.ts';

/** What a reader takes. */
export interface JsonReaderOptions {
  /** Where extensions and the types inside Any are looked up, at the time of reading. */
  readonly types: TypeResolver;
  /** Pass over fields that the type does not have. */
  readonly allowUnknown?: boolean | undefined;
  /** Take only what the specification of ProtoJSON says; else also what users and other tools write. */
  readonly strict?: boolean | undefined;
}

/**
 * Makes the reader of one message type. The reader returns the message's wire bytes, or throws UserError 3 that names
 * source, line, column and field path, what was expected and what was found. Not strict, it also takes: a single value
 * for a repeated field, "true" for true, enum numbers in strings, the fields of a well-known type as an object, snake
 * case in a FieldMask, an Any as `@type` with base64 in `@value`, and messages without their required fields.
 */
export function jsonReader(
  message: DescMessage,
  options: JsonReaderOptions,
): (document: RequestDocument) => Uint8Array {
  const input = new JsonCursor({ lenient: !options.strict, allowUnknown: options.allowUnknown ?? false });
  const out = new BinaryWriter();
  const read = new MessageReaders(options.types).contents(message);
  return (document) => {
    out.reset();
    input.start(document);
    read(input, out);
    input.finish();
    return out.finish();
  };
}
