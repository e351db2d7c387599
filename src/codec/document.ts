// Text → documents: request data as it is typed, piped or read from a file, cut into one text per message with its
// position, without yet knowing the message's type.
import type { UserError } from '../errors.ts';
import { JsonSplitter } from './document-json.ts';
import { DocumentSource, type RequestDocument } from './document-source.ts';

export type { RequestDocument } from './document-source.ts';

/** `json-whole`: a top-level array is one document, where no stream of messages is meant. */
export type DocumentFormat = 'json' | 'json-whole' | 'text';

/** How request data is to be cut. */
export interface DocumentOptions {
  readonly from: string;
  readonly format: DocumentFormat;
  /** Bytes one document may have; 16 MiB unless told. */
  readonly maxBytes?: number | undefined;
}

/** Cuts chunks into documents: `push` returns those complete so far, `finish` the last. `failure` is set once, at most. */
interface Splitter {
  readonly failure: UserError | undefined;
  push(chunk: Uint8Array): RequestDocument[];
  finish(): RequestDocument[];
}

/**
 * Reads documents as they complete, in batches of at least one. JSON: any number of values one after the other, with or
 * without white space between; the elements of a top-level array count as documents of their own. Text format: messages
 * with a byte 0x1E between them, so that no input at all is one empty message. A byte order mark is passed over. Throws
 * UserError 3 for invalid UTF-8 (with the byte's offset), too large a document, or stray text between documents, after
 * everything in front of it has been handed out.
 */
export async function* readDocuments(
  chunks: AsyncIterable<Uint8Array>,
  options: DocumentOptions,
): AsyncGenerator<readonly RequestDocument[]> {
  const splitter = splitterFor(options);
  for await (const chunk of wholeMark(chunks)) {
    const documents = splitter.push(chunk);
    if (documents.length > 0) yield documents;
    if (splitter.failure) throw splitter.failure;
  }
  const documents = splitter.finish();
  if (documents.length > 0) yield documents;
  if (splitter.failure) throw splitter.failure;
}

/** The documents of a text that is there already, such as the value of `-d`. Throws as readDocuments does. */
export function documentsOf(text: string, from: string, format: DocumentFormat): RequestDocument[] {
  const splitter = splitterFor({ from, format, maxBytes: Number.POSITIVE_INFINITY });
  const documents = splitter.push(Buffer.from(text));
  if (!splitter.failure) documents.push(...splitter.finish());
  if (splitter.failure) throw splitter.failure;
  return documents;
}

/** Sees to it that a byte order mark comes in one chunk. */
async function* wholeMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array | undefined = new Uint8Array(0);
  for await (const chunk of chunks) {
    const joined: Uint8Array = held?.length ? Buffer.concat([held, chunk]) : chunk;
    held = held && joined.length < 3 && (joined[0] ?? 0xef) >= 0xef ? joined : undefined;
    if (!held) yield joined;
  }
  if (held?.length) yield held;
}

function splitterFor(options: DocumentOptions): Splitter {
  const source = new DocumentSource(options.from, options.maxBytes ?? 16 << 20);
  return options.format === 'text' ? new RecordSplitter(source) : new JsonSplitter(source, options.format === 'json');
}

/** Text format: everything up to the next byte 0x1E is a message, even if it is empty. */
class RecordSplitter implements Splitter {
  private readonly source: DocumentSource;

  constructor(source: DocumentSource) {
    this.source = source;
    source.open(0);
  }

  get failure(): UserError | undefined {
    return this.source.failure;
  }

  push(chunk: Uint8Array): RequestDocument[] {
    const { source } = this;
    source.begin(chunk);
    for (let at = source.pos; at < source.bytes.length && !source.failure; at++) {
      if (source.bytes[at] === 0x0a) source.newline(at);
      if (source.bytes[at] !== 0x1e) continue;
      source.close(at);
      source.open(at + 1);
    }
    return source.take();
  }

  finish(): RequestDocument[] {
    this.source.begin(new Uint8Array(0));
    this.source.close(0);
    return this.source.take();
  }
}
