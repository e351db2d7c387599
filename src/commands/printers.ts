// Serialized messages → text in the form asked for, with the types of Any fetched first.
import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import { mayHoldAny, unresolvedTypes } from '../codec/any.ts';
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

/**
 * Fetches the types of the Any values in a message that the schema does not hold yet, so that printing, which is
 * synchronous, finds them. Undefined when there is nothing to fetch. Names that cannot be had are asked for once.
 */
export function anyTypesOf(message: DescMessage, schema: Schema): (bytes: Uint8Array) => Promise<void> | undefined {
  if (!mayHoldAny(message)) return () => undefined;
  const asked = new Set<string>();
  const fetchMissing = async (bytes: Uint8Array): Promise<void> => {
    // A fetched message may hold an Any itself, so look again until nothing new turns up.
    for (;;) {
      const names = unresolvedTypes(message, bytes, schema.types).filter((name) => !asked.has(name));
      if (names.length === 0) return;
      for (const name of names) {
        asked.add(name);
        await schema.symbol(name).catch(() => undefined);
      }
    }
  };
  return (bytes) =>
    unresolvedTypes(message, bytes, schema.types).some((name) => !asked.has(name)) ? fetchMissing(bytes) : undefined;
}
