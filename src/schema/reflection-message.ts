// The messages of the reflection protocol, coded by hand: six fields each way do not justify loading a schema for them
// (https://github.com/grpc/grpc/blob/master/src/proto/grpc/reflection/v1/reflection.proto; v1alpha has the same numbers).
import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';

/** One question to the server. */
export type Question =
  | { readonly ask: 'services' }
  | { readonly ask: 'file' | 'symbol' | 'extensionNumbers'; readonly name: string }
  | { readonly ask: 'extension'; readonly name: string; readonly number: number };

/** One answer; `nothing` if the server sent an empty message or something this program does not know. */
export type Answer =
  | { readonly kind: 'files'; readonly files: readonly Uint8Array[] }
  | { readonly kind: 'services'; readonly names: readonly string[] }
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'nothing' };

const fieldOf = { file: 3, symbol: 4, extension: 5, extensionNumbers: 6, services: 7 } as const;
const lengthDelimited = 2;

/** The ServerReflectionRequest that asks the question. */
export function encodeQuestion(question: Question): Uint8Array {
  const writer = new BinaryWriter().tag(fieldOf[question.ask], lengthDelimited);
  switch (question.ask) {
    case 'services':
      return writer.string('*').finish();
    case 'extension':
      writer.fork().tag(1, lengthDelimited).string(question.name).tag(2, 0).int32(question.number);
      return writer.join().finish();
    default:
      return writer.string(question.name).finish();
  }
}

/** Reads a ServerReflectionResponse. Throws a plain Error when the bytes are not one. */
export function decodeAnswer(bytes: Uint8Array): Answer {
  let answer: Answer = { kind: 'nothing' };
  for (const { field, value } of fieldsOf(bytes)) {
    if (!(value instanceof Uint8Array)) continue;
    if (field === 4) answer = { kind: 'files', files: bytesIn(value, 1) };
    if (field === 5) answer = { kind: 'numbers', numbers: numbersIn(value) };
    if (field === 6) answer = { kind: 'services', names: bytesIn(value, 1).map(serviceName) };
    if (field === 7) answer = errorIn(value);
  }
  return answer;
}

/** The fields of a message that are varints or length-delimited, in order. */
function fieldsOf(bytes: Uint8Array): { field: number; value: Uint8Array | number }[] {
  const reader = new BinaryReader(bytes);
  const fields: { field: number; value: Uint8Array | number }[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (wireType === lengthDelimited) fields.push({ field, value: reader.bytes() });
    else if (wireType === 0) fields.push({ field, value: Number(BigInt.asIntN(32, BigInt(reader.int64()))) });
    else reader.skip(wireType, field);
  }
  return fields;
}

function bytesIn(bytes: Uint8Array, wanted: number): Uint8Array[] {
  return fieldsOf(bytes).flatMap(({ field, value }) =>
    field === wanted && value instanceof Uint8Array ? [value] : [],
  );
}

function serviceName(service: Uint8Array): string {
  return text(bytesIn(service, 1).at(-1));
}

function numbersIn(bytes: Uint8Array): number[] {
  return fieldsOf(bytes).flatMap(({ field, value }) => {
    if (field !== 2) return [];
    return typeof value === 'number' ? [value] : packed(value);
  });
}

function packed(bytes: Uint8Array): number[] {
  const reader = new BinaryReader(bytes);
  const numbers: number[] = [];
  while (reader.pos < reader.len) numbers.push(reader.int32());
  return numbers;
}

function errorIn(bytes: Uint8Array): Answer {
  const code = fieldsOf(bytes).findLast(({ field }) => field === 1)?.value;
  return { kind: 'error', code: typeof code === 'number' ? code : 0, message: text(bytesIn(bytes, 2).at(-1)) };
}

function text(bytes: Uint8Array | undefined): string {
  return bytes ? new TextDecoder().decode(bytes) : '';
}
