// Serialized messages → text in the form asked for.
import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import { type JsonPrintOptions, jsonPrinter } from '../codec/json-printer.ts';
import { textPrinter } from '../codec/text-printer.ts';
import type { PrintMessage } from '../render/rendered.ts';
import type { Schema } from '../schema/schema.ts';

/** How messages are to look. */
export interface PrintChoice extends Omit<JsonPrintOptions, 'types'> {
  readonly format: 'json' | 'text';
  /** Of the text format; grpcurl's has angle brackets. */
  readonly brackets?: 'brace' | 'angle';
}

/** A printer for the messages of both directions of a method; each half is made when first used. */
export function messagePrinter(method: DescMethod, schema: Schema, choice: PrintChoice): PrintMessage {
  const { format, brackets = 'brace', ...options } = choice;
  const make = (message: DescMessage): ((bytes: Uint8Array) => string) =>
    format === 'text'
      ? (bytes) => textPrinter(message, { types: schema.types, expandAny: true, brackets })(bytes).trimEnd()
      : jsonPrinter(message, { ...options, types: schema.types });
  let request: ((bytes: Uint8Array) => string) | undefined;
  let response: ((bytes: Uint8Array) => string) | undefined;
  return (bytes, which) => {
    if (which === 'request') {
      request ??= make(method.input);
      return request(bytes);
    }
    response ??= make(method.output);
    return response(bytes);
  };
}
