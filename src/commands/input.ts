// Request data from wherever it comes: -d, a file, stdin. Only text and its place; what it means is codec's.
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type DocumentFormat, documentsOf, type RequestDocument, readDocuments } from '../codec/document.ts';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';

/** All of stdin as text. */
export async function readAll(io: Io): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdinChunks(io)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** stdin's bytes as they come; ends with Interrupted when the run is ended from outside. */
export async function* stdinChunks(io: Io, signal = io.signal): AsyncGenerator<Uint8Array> {
  const stop = () => io.stdin.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of io.stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // Standard input closed by the shell (`<&-`) reads as an error; there is just nothing in it.
    if ((error as NodeJS.ErrnoException).code !== 'EBADF' && (error as NodeJS.ErrnoException).code !== 'EAGAIN') {
      throw new UserError(3, `cannot read stdin: ${(error as Error).message}`, { cause: error });
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Where request documents come from. `named` says that the user asked for stdin, so that nothing on it is an error. */
export type InputSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin'; readonly named: boolean }
  | { readonly kind: 'none' };

/** Reads the meaning of -d: `@`, `@-` and `-` are stdin, `@FILE` a file, anything else the data itself. */
export function dataSource(data: string | undefined, io: Io): InputSource {
  if (data === undefined) return io.stdin.isTTY ? { kind: 'none' } : { kind: 'stdin', named: false };
  if (data === '@' || data === '@-' || data === '-') return { kind: 'stdin', named: true };
  if (data.startsWith('@')) return { kind: 'file', path: data.slice(1) };
  return { kind: 'text', text: data };
}

/**
 * The documents of a source, in batches, as they arrive. Throws UserError 3 for an unreadable file, for invalid UTF-8
 * and for a named stdin that is empty.
 */
export async function* documents(
  source: InputSource,
  format: DocumentFormat,
  io: Io,
  signal: AbortSignal,
): AsyncGenerator<readonly RequestDocument[]> {
  switch (source.kind) {
    case 'none':
      return;
    case 'text':
      yield documentsOf(source.text, '-d', format);
      return;
    case 'file':
      yield* readDocuments(fileChunks(source.path, io), { from: source.path, format });
      return;
    case 'stdin':
      yield* stdinDocuments(source.named, format, io, signal);
  }
}

async function* stdinDocuments(
  named: boolean,
  format: DocumentFormat,
  io: Io,
  signal: AbortSignal,
): AsyncGenerator<readonly RequestDocument[]> {
  let bytes = 0;
  async function* counted() {
    for await (const chunk of stdinChunks(io, signal)) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  for await (const batch of readDocuments(counted(), { from: 'stdin', format })) {
    // An empty text-format input means one empty message only where the user said that stdin is the request.
    if (bytes > 0 || named) yield batch;
  }
  if (bytes === 0 && named && format !== 'text') {
    throw new UserError(3, 'nothing on stdin, where -d @ says the request comes from', {
      hint: 'did the command before the pipe fail? for an empty message write -d {}',
    });
  }
}

async function* fileChunks(path: string, io: Io): AsyncGenerator<Uint8Array> {
  const full = resolve(io.cwd, path);
  try {
    if (statSync(full).isDirectory()) throw new Error('it is a folder');
    for await (const chunk of createReadStream(full)) yield chunk as Uint8Array;
  } catch (error) {
    throw new UserError(3, `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
