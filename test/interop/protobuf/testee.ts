// The program under test of protobuf's conformance runner: our linker reads the test's .proto files, our codec reads and
// prints its JSON and text. Both ways a message follows its length in four bytes, little-endian.
import { readSync, writeSync } from 'node:fs';
import { create, type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { MessageError } from '../../../src/codec/binary-reader.ts';
import { jsonPrinter } from '../../../src/codec/json-printer.ts';
import { jsonReader } from '../../../src/codec/json-reader.ts';
import { textPrinter } from '../../../src/codec/text-printer.ts';
import { textReader } from '../../../src/codec/text-reader.ts';
import { loadSchema } from '../../../src/schema/load.ts';
import type { TypeResolver } from '../../../src/schema/schema.ts';

interface Request extends Message {
  readonly payload:
    | { readonly case: 'protobufPayload'; readonly value: Uint8Array }
    | { readonly case: 'jsonPayload' | 'textPayload' | 'jspbPayload'; readonly value: string };
  readonly messageType: string;
  readonly requestedOutputFormat: number;
  readonly testCategory: number;
  readonly printUnknownFields: boolean;
}

interface Result {
  readonly case: string;
  readonly value: unknown;
}

const output = { protobuf: 1, json: 2, text: 4 };
const ignoreUnknownFields = 3;
const include = process.argv[2] as string;
const files = ['proto2', 'proto3', 'edition2023', 'proto2_editions', 'proto3_editions'];

async function main(): Promise<void> {
  const schema = await loadSchema({
    protoFiles: [
      'conformance/conformance.proto',
      ...files.map((name) => `google/protobuf/test_messages_${name}.proto`),
    ],
    importPaths: [include],
    protosets: [],
    reflect: 'off',
    channel: undefined,
    metadata: [],
    signal: new AbortController().signal,
  });
  await schema.files();
  const { types } = schema;
  const requestType = types.message('conformance.ConformanceRequest') as DescMessage;
  const responseType = types.message('conformance.ConformanceResponse') as DescMessage;
  for (let head = take(4); head; head = take(4)) {
    const request = fromBinary(requestType, take(head.readUInt32LE(0)) as Buffer) as Request;
    const response = toBinary(responseType, create(responseType, { result: answer(request, types) } as never));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(response.length);
    give(Buffer.concat([length, response]));
  }
}

function answer(request: Request, types: TypeResolver): Result {
  if (request.messageType === 'conformance.FailureSet') return { case: 'protobufPayload', value: new Uint8Array() };
  const type = types.message(request.messageType);
  if (!type) return { case: 'runtimeError', value: `no type ${request.messageType}` };
  let bytes: Uint8Array;
  try {
    bytes = read(request, type, types);
  } catch (error) {
    return { case: 'parseError', value: String(error) };
  }
  try {
    return print(request, type, bytes, types);
  } catch (error) {
    const unreadable = error instanceof MessageError || request.requestedOutputFormat === output.protobuf;
    return { case: unreadable ? 'parseError' : 'runtimeError', value: String(error) };
  }
}

/** The request's document as a message, our lenient inputs off. */
function read({ payload, testCategory }: Request, type: DescMessage, types: TypeResolver): Uint8Array {
  if (payload.case === 'protobufPayload') return payload.value;
  const document = { text: payload.value, from: 'payload', line: 1, column: 1 };
  if (payload.case === 'textPayload') return textReader(type, { types, strict: true })(document);
  return jsonReader(type, { types, strict: true, allowUnknown: testCategory === ignoreUnknownFields })(document);
}

function print(request: Request, type: DescMessage, bytes: Uint8Array, types: TypeResolver): Result {
  const unknown = request.printUnknownFields ? 'show' : 'drop';
  switch (request.requestedOutputFormat) {
    case output.protobuf:
      // grepl never writes a message again that it has read; what it wrote from text must be readable.
      return { case: 'protobufPayload', value: toBinary(type, fromBinary(type, bytes)) };
    case output.text:
      return { case: 'textPayload', value: textPrinter(type, { types, unknown })(bytes) };
    case output.json:
      return printJson(type, bytes, types);
    default:
      return { case: 'skipped', value: 'no such output' };
  }
}

/** What grepl shows with a warning, since a tool must show it somehow, is an error here. */
function printJson(type: DescMessage, bytes: Uint8Array, types: TypeResolver): Result {
  const warnings: string[] = [];
  const json = jsonPrinter(type, { types, unknown: 'drop', onWarning: (text) => warnings.push(text) })(bytes);
  const [first] = warnings;
  if (first === undefined) return { case: 'jsonPayload', value: json };
  return { case: /UTF-8/.test(first) ? 'parseError' : 'serializeError', value: first };
}

/** The next `length` bytes of stdin; undefined at its end. */
function take(length: number): Buffer | undefined {
  const buffer = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = whenReady(() => readSync(0, buffer, at, length - at, null));
    if (count === 0) return undefined;
    at += count;
  }
  return buffer;
}

function give(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += whenReady(() => writeSync(1, bytes, at));
}

/** Pipes may be non-blocking: tries again until they are ready. */
function whenReady(act: () => number): number {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

await main();
