// What has to hold for every valid document: both JSON readers get the same message from it, both can read what is
// printed, and neither JSON nor the text format loses anything on the way there and back.
import { type DescMessage, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import { jsonPrinter } from '../../../src/codec/json-printer.ts';
import { jsonReader } from '../../../src/codec/json-reader.ts';
import { isMessageSet } from '../../../src/codec/message-set.ts';
import { textPrinter } from '../../../src/codec/text-printer.ts';
import { textReader } from '../../../src/codec/text-reader.ts';
import { everyKind as registry, everyKindTypes as types } from './every-kind.ts';

const looks = [{}, { indent: 2, names: 'proto' }] as const;
const documentOf = (text: string) => ({ text, from: '-d', line: 1, column: 1 });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What a document tells wrong, one line each; empty if all is as it should be. */
export function faultsOf(type: DescMessage, json: string): string[] {
  let ours: Uint8Array;
  try {
    ours = read(type, json);
  } catch (error) {
    return [`refused: ${error}`];
  }
  // The other library takes extensions of message sets for ordinary ones.
  return [...(holdsSet(type) ? [] : againstTheOther(type, json, ours)), ...thereAndBack(type, ours)];
}

function againstTheOther(type: DescMessage, json: string, ours: Uint8Array): string[] {
  let theirs: string;
  try {
    theirs = asOther(type, toBinary(type, fromJson(type, JSON.parse(json), { registry })));
  } catch (error) {
    return [`refused by the other: ${error}`];
  }
  const read = asOther(type, ours);
  const printed = looks.map((look) => {
    const json = jsonPrinter(type, { types, ...look })(ours);
    return asOther(type, toBinary(type, fromJson(type, JSON.parse(json), { registry })));
  });
  return [read, ...printed].flatMap((one, index) => differing(index === 0 ? 'read' : 'printed', one, theirs));
}

function thereAndBack(type: DescMessage, bytes: Uint8Array): string[] {
  const json = jsonPrinter(type, { types })(bytes);
  const again = read(type, json);
  const text = textPrinter(type, { types })(bytes);
  const fromText = textReader(type, { types, strict: true })(documentOf(text));
  return [
    ...differing('JSON there and back', jsonPrinter(type, { types })(again), json),
    ...differing('bytes there and back', hex(read(type, jsonPrinter(type, { types })(again))), hex(again)),
    ...differing('text there and back', textPrinter(type, { types })(fromText), text),
    ...differing('JSON by way of text', jsonPrinter(type, { types })(fromText), json),
  ];
}

function read(type: DescMessage, json: string): Uint8Array {
  return jsonReader(type, { types, strict: true })(documentOf(json));
}

function differing(what: string, is: string, should: string): string[] {
  return is === should ? [] : [`${what}: ${is} instead of ${should}`];
}

/** The message as the other library prints it, names in order. */
function asOther(type: DescMessage, bytes: Uint8Array): string {
  return JSON.stringify(sorted(toJson(type, fromBinary(type, bytes), { registry })));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, item]) => [name, sorted(item)]);
}

function holdsSet(type: DescMessage): boolean {
  return isMessageSet(type) || type.fields.some(({ message }) => message && isMessageSet(message));
}
