// Wire bytes → JSON, in one pass and without objects between. Printers are put together once per type.
// https://protobuf.dev/programming-guides/json/
import type { DescMessage } from '@bufbuild/protobuf';
import { MessagePrinters } from './json-printer-message.ts';
import { type JsonPrintOptions, PrintState } from './json-printer-state.ts';

export { MessageError } from './binary-reader.ts';
export type { JsonPrintOptions, JsonStyle } from './json-printer-state.ts';

/** Different warnings that are reported before falling silent: a stream may hold millions. */
const maxWarnings = 1000;

/**
 * Makes the printer of one message type: bytes in, JSON out, without a line feed at the end. Fields come in the order of
 * their declaration, map entries sorted by key, then what the schema lacks. Throws MessageError for bytes that are no
 * message of the type; everything else that has no place in JSON is shown as well as can be, with a warning.
 */
export function jsonPrinter(message: DescMessage, options: JsonPrintOptions): (bytes: Uint8Array) => string {
  const state = new PrintState(options.indent ?? 0);
  const print = new MessagePrinters(options).contents(message);
  const reported = new Set<string>();
  return (bytes) => {
    state.reader.reset(bytes, message.typeName);
    const mark = state.mark();
    try {
      print(state);
    } catch (error) {
      state.backTo(mark);
      state.warnings.length = 0;
      throw error;
    }
    if (state.warnings.length > 0) report(state, reported, options);
    const text = state.sink.slice(0);
    state.sink.reset();
    return text;
  };
}

function report(state: PrintState, reported: Set<string>, options: JsonPrintOptions): void {
  for (const text of state.warnings) {
    if (reported.has(text) || reported.size >= maxWarnings) continue;
    reported.add(text);
    options.onWarning?.(text);
  }
  state.warnings.length = 0;
}
