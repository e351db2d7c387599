// Finds its way in a serialized FileDescriptorSet without decoding it: a set of 70 MB is listed in the time it takes to
// skip from length to length (https://protobuf.dev/programming-guides/encoding/).
import type { SetBytes } from './set-bytes.ts';

/** Field numbers of FileDescriptorProto and DescriptorProto that hold definitions. */
const inFile = { name: 1, package: 2, messages: 4, enums: 5, services: 6, extensions: 7 } as const;
const inMessage = { nested: 3, extensions: 6 } as const;

/** A stretch of bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One file of a set. */
export interface ScannedFile extends Span {
  readonly name: string;
  readonly package: string;
  /** Full names. */
  readonly services: readonly string[];
}

/** Where an extension is declared: the type it extends, without leading dot, and its number. */
export interface ScannedExtension {
  readonly extendee: string;
  readonly number: number;
}

/** Calls `field` for each length-delimited field and `varint` for each varint between start and end. Throws RangeError on broken bytes. */
function scan(
  bytes: Buffer,
  { start, end }: Span,
  field: (number: number, start: number, end: number) => void,
  varint?: (number: number, value: number) => void,
): void {
  let at = start;
  const read = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      if (at >= end || factor > 2 ** 63) throw new RangeError(`broken at byte ${at}`);
      const byte = bytes[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < end) {
    const tag = read();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number === 0) throw new RangeError(`broken at byte ${at}`);
    if (wireType === 2) {
      const length = read();
      if (length > end - at) throw new RangeError(`cut off: ${length} bytes announced at byte ${at}, ${end - at} left`);
      field(number, at, at + length);
      at += length;
    } else if (wireType === 0) {
      const value = read();
      varint?.(number, value);
    } else if (wireType === 1 || wireType === 5) {
      at += wireType === 1 ? 8 : 4;
    } else if (wireType !== 3 && wireType !== 4) throw new RangeError(`broken at byte ${at}`);
  }
  if (at > end) throw new RangeError(`cut off at byte ${end}`);
}

/** Large enough that reading costs little, small enough to stay in the processor's cache. */
const windowSize = 1024 * 1024;

/**
 * The files of a set, in order, looked at through a window that moves over it.
 *
 * @throws RangeError if the bytes are not a set of files
 */
export function scanSet(set: Pick<SetBytes, 'size' | 'fill'>): ScannedFile[] {
  const files: ScannedFile[] = [];
  let window = Buffer.allocUnsafeSlow(Math.min(set.size, windowSize));
  for (let base = 0; base < set.size; ) {
    const view = window.subarray(0, set.size - base);
    set.fill(view, base);
    const used = scanWindow(view, base, set.size, files);
    // One file is larger than the window.
    if (used === 0) window = Buffer.allocUnsafeSlow(Math.min(set.size - base, window.length * 2));
    base += used;
  }
  return files;
}

/** Adds the files that lie in the window as a whole; returns where the first of the others begins. */
function scanWindow(window: Buffer, base: number, size: number, into: ScannedFile[]): number {
  let at = 0;
  while (at < window.length) {
    const head = entryHead(window, at);
    if (head === undefined && base + window.length < size) return at;
    if (head === undefined) throw new RangeError(`broken at byte ${base + at}`);
    if (head.tag !== 10) throw new RangeError(`unknown field ${head.tag >>> 3} at byte ${base + at}`);
    const left = size - base - head.start;
    if (head.length > left) {
      throw new RangeError(`cut off: ${head.length} bytes announced at byte ${base + head.start}, ${left} left`);
    }
    const end = head.start + head.length;
    if (end > window.length) return at;
    into.push(scanFile(window, { start: head.start, end }, base));
    at = end;
  }
  return at;
}

/** Tag and length in front of a file; undefined if the window ends in them. */
function entryHead(window: Buffer, at: number): { tag: number; length: number; start: number } | undefined {
  const tag = window[at] as number;
  let length = 0;
  for (let start = at + 1, factor = 1; start < window.length && factor <= 2 ** 63; factor *= 128) {
    const byte = window[start++] as number;
    length += (byte & 0x7f) * factor;
    if (byte < 0x80) return { tag, length, start };
  }
  return undefined;
}

function scanFile(bytes: Buffer, span: Span, base: number): ScannedFile {
  let name = '';
  let packageName = '';
  const services: string[] = [];
  scan(bytes, span, (number, start, end) => {
    if (number === inFile.name) name = bytes.toString('utf8', start, end);
    if (number === inFile.package) packageName = bytes.toString('utf8', start, end);
    if (number === inFile.services) services.push(nameIn(bytes, { start, end }));
  });
  if (name === '') throw new RangeError(`file without a name at byte ${base + span.start}`);
  const prefix = packageName === '' ? '' : `${packageName}.`;
  return {
    start: base + span.start,
    end: base + span.end,
    name,
    package: packageName,
    services: services.map((service) => prefix + service),
  };
}

/** Full names of the messages, enums, services and extensions at the top of a file of this package. */
export function scanTopLevelNames(bytes: Buffer, packageName: string): string[] {
  const names: string[] = [];
  const prefix = packageName === '' ? '' : `${packageName}.`;
  scan(bytes, { start: 0, end: bytes.length }, (number, start, end) => {
    if (number >= inFile.messages && number <= inFile.extensions) names.push(prefix + nameIn(bytes, { start, end }));
  });
  return names;
}

/** The extensions a file declares, nested ones included. */
export function scanExtensions(bytes: Buffer): ScannedExtension[] {
  const extensions: ScannedExtension[] = [];
  const add = (span: Span): void => {
    let extendee = '';
    let fieldNumber = 0;
    const named = (number: number, start: number, end: number): void => {
      if (number === 2) extendee = bytes.toString('utf8', start, end).replace(/^\./, '');
    };
    scan(bytes, span, named, (number, value) => {
      if (number === 3) fieldNumber = value;
    });
    extensions.push({ extendee, number: fieldNumber });
  };
  const inside = (message: Span, depth: number): void =>
    scan(bytes, message, (number, start, end) => {
      if (number === inMessage.extensions) add({ start, end });
      if (number === inMessage.nested && depth < 100) inside({ start, end }, depth + 1);
    });
  scan(bytes, { start: 0, end: bytes.length }, (number, start, end) => {
    if (number === inFile.extensions) add({ start, end });
    if (number === inFile.messages) inside({ start, end }, 0);
  });
  return extensions;
}

/** The name of a definition: field 1 in all of them. */
function nameIn(bytes: Buffer, span: Span): string {
  let name = '';
  scan(bytes, span, (number, start, end) => {
    if (number === 1) name = bytes.toString('utf8', start, end);
  });
  return name;
}
