// Prints google.protobuf.Any by the type it names, or as base64 where that type is not to be had.
// https://protobuf.dev/programming-guides/json/#any
import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, MessageError } from './binary-reader.ts';
import { keyBytes } from './json-printer-scalar.ts';
import {
  type JsonPrintOptions,
  type PrinterSource,
  type PrintState,
  type PrintValue,
  styled,
} from './json-printer-state.ts';
import { writeBase64, writeJsonString } from './json-printer-text.ts';
import { visible } from './json-reader-place.ts';
import { hasOwnJson } from './well-known.ts';

/** What an Any holds: `type_url` is field 1, `value` field 2; of each the last counts. */
interface AnyParts {
  readonly typeUrl: Uint8Array;
  readonly value: Uint8Array;
}

const none = new Uint8Array(0);

/** The printer of an Any's contents. */
export function anyPrinter(desc: DescMessage, source: PrinterSource): PrintValue {
  const { options } = source;
  const writer = new AnyWriter(options);
  return (state) => {
    const outer = state.enter(desc);
    const { reader } = state;
    const parts = readAny(reader);
    if (parts.typeUrl.length === 0 && parts.value.length === 0) {
      state.sink.text('{}');
    } else {
      const url = Buffer.from(parts.typeUrl).toString('utf8');
      const name = url.slice(url.lastIndexOf('/') + 1);
      const type = options.types.message(name);
      if (!type) {
        state.warn(`the type "${visible(name)}" of an Any is not in the schema: its value is shown in base64`);
        writer.opaque(state, parts);
      } else writer.known(state, parts, type, source);
    }
    reader.pos = reader.end;
    state.leave(outer);
  };
}

/** Reads an Any from the reader's position to its end. */
export function readAny(reader: BinaryReader): AnyParts {
  let typeUrl: Uint8Array = none;
  let value: Uint8Array = none;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 10) typeUrl = reader.chunk();
    else if (tag === 18) value = reader.chunk();
    else reader.skip(tag);
  }
  return { typeUrl, value };
}

/** Writes the object in its two forms. */
class AnyWriter {
  private readonly options: JsonPrintOptions;
  private readonly typeKey: Uint8Array;
  private readonly valueKey: Uint8Array;
  private readonly bytesKey: Uint8Array;

  constructor(options: JsonPrintOptions) {
    this.options = options;
    this.typeKey = keyBytes('@type', options);
    this.valueKey = keyBytes('value', options);
    this.bytesKey = keyBytes('@value', options);
  }

  /** `@type` with the fields beside it, or with the type's own JSON in `value`; base64 if the bytes are no such message. */
  known(state: PrintState, parts: AnyParts, type: DescMessage, source: PrinterSource): void {
    const mark = state.mark();
    const outer = state.reader;
    try {
      state.reader = new BinaryReader(parts.value, type.typeName);
      state.sorted ||= this.options.sortAnyKeys ?? false;
      this.open(state, parts);
      if (hasOwnJson(type.typeName)) {
        state.item(false);
        state.sink.bytes(this.valueKey);
        source.contents(type)(state);
      } else {
        const name = state.enter(type);
        source.members(type).print(state, false);
        state.leave(name);
      }
      state.close(0x7d, false);
      state.sorted = mark.sorted;
      state.reader = outer;
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      state.backTo(mark);
      state.warn(`${error.message}, inside an Any: its value is shown in base64`);
      this.opaque(state, parts);
    }
  }

  /** `@type`, and `@value` in base64. */
  opaque(state: PrintState, parts: AnyParts): void {
    this.open(state, parts);
    state.item(false);
    state.sink.bytes(this.bytesKey);
    styled((inner) => writeBase64(inner.sink, parts.value), this.options.style?.string)(state);
    state.close(0x7d, false);
  }

  private open(state: PrintState, { typeUrl }: AnyParts): void {
    state.open(0x7b);
    state.item(true);
    state.sink.bytes(this.typeKey);
    styled((inner) => {
      if (!writeJsonString(inner.sink, typeUrl, 0, typeUrl.length))
        inner.warn('the type_url of an Any is not valid UTF-8');
    }, this.options.style?.string)(state);
  }
}
