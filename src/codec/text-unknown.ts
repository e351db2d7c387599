// Fields that a type does not have, in text format: by number, the value guessed from its wire type as protoc does.
// https://protobuf.dev/programming-guides/encoding/#structure
import { type BinaryReader, MessageError } from './binary-reader.ts';
import { wireType } from './binary-writer.ts';
import { enter, type Range, readUnknown, type UnknownField } from './text-decode.ts';
import { quoteBytes } from './text-string.ts';

/** One line of text format with its depth below the message. */
export interface UnknownLine {
  readonly depth: number;
  readonly text: string;
}

/** Guesses at messages inside messages; deeper ones are printed as bytes. */
const maxGuesses = 10;

/** The lines for unknown fields. Bytes that can be read as a message are printed as one. */
export function unknownLines(reader: BinaryReader, fields: readonly UnknownField[]): UnknownLine[] {
  const lines: UnknownLine[] = [];
  for (const field of fields) addLines(reader, field, 0, maxGuesses, lines);
  return lines;
}

function addLines(
  reader: BinaryReader,
  field: UnknownField,
  depth: number,
  guesses: number,
  lines: UnknownLine[],
): void {
  const { number, wire, range } = field;
  enter(reader, range, reader.typeName);
  if (wire === wireType.varint) {
    reader.varint64();
    lines.push({ depth, text: `${number}: ${reader.unsigned()}` });
  } else if (wire === wireType.fixed32) {
    lines.push({ depth, text: `${number}: 0x${reader.fixed32().toString(16).padStart(8, '0')}` });
  } else if (wire === wireType.fixed64) {
    reader.fixed64();
    lines.push({ depth, text: `${number}: 0x${reader.unsigned().toString(16).padStart(16, '0')}` });
  } else {
    const isGroup = wire === wireType.startGroup;
    const inner = isGroup || (guesses > 0 && range.end > range.start) ? innerFields(reader, range, isGroup) : undefined;
    if (inner === undefined) {
      lines.push({ depth, text: `${number}: ${quoteBytes(reader.bytes.subarray(range.start, range.end))}` });
      return;
    }
    lines.push({ depth, text: `${number} {` });
    for (const one of inner) addLines(reader, one, depth + 1, isGroup ? guesses : guesses - 1, lines);
    lines.push({ depth, text: '}' });
  }
}

/** The fields in these bytes; undefined if they are no message. */
function innerFields(reader: BinaryReader, range: Range, certain: boolean): UnknownField[] | undefined {
  enter(reader, range, reader.typeName);
  const fields: UnknownField[] = [];
  try {
    while (reader.pos < range.end) fields.push(readUnknown(reader, reader.tag()));
    return fields;
  } catch (error) {
    if (certain || !(error instanceof MessageError)) throw error;
    return undefined;
  }
}
