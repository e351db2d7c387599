// JSON in and out of the types of codec-types.ts, by type name, for tests of the codecs.
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { expect } from 'vitest';
import { documentsOf } from '../../src/codec/document.ts';
import { type JsonPrintOptions, jsonPrinter } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { UserError } from '../../src/errors.ts';
import { messageType, registry, types } from './codec-types.ts';

/** How a document is read. */
export type ReadOptions = { strict?: boolean; allowUnknown?: boolean };

/** Bytes from hexadecimal digits, blanks between. */
export const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** The wire bytes of one document. */
export function read(type: string, json: string, options: ReadOptions = {}): Uint8Array {
  const documents = documentsOf(json, '-d', 'json');
  expect(documents).toHaveLength(1);
  return jsonReader(messageType(`codec.${type}`), { types, ...options })(documents[0]!);
}

/** The message as protobuf-es prints what was read. */
export function readBack(type: string, json: string, options?: ReadOptions): unknown {
  const desc = messageType(`codec.${type}`);
  return toJson(desc, fromBinary(desc, read(type, json, options)), { registry });
}

/** What the UserError 3 says with which a document is refused. */
export function refusal(
  type: string,
  json: string,
  options?: ReadOptions,
): { message: string; hint: string | undefined } {
  try {
    read(type, json, options);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect((error as UserError).code).toBe(3);
    return { message: (error as UserError).message, hint: (error as UserError).hint };
  }
  throw new Error(`${json} was not refused`);
}

/** A message, given in bytes or as JSON, as it is printed, with the warnings. */
export function print(
  type: string,
  message: Uint8Array | string,
  options: Partial<JsonPrintOptions> = {},
): { json: string; warnings: string[] } {
  const warnings: string[] = [];
  const printer = jsonPrinter(messageType(`codec.${type}`), {
    types,
    onWarning: (text) => warnings.push(text),
    ...options,
  });
  const json = printer(typeof message === 'string' ? read(type, message) : message);
  return { json, warnings };
}
