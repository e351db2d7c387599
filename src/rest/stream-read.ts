// A streamed REST answer taken apart again: lines, an array, or server-sent events, with or without grpc-gateway's envelope.
import { documentsOf } from '../codec/document.ts';
import { UserError } from '../errors.ts';

/** What a streamed body holds. */
export interface StreamedBody {
  /** The messages as JSON. */
  readonly messages: readonly string[];
  /** What tells that the stream failed: a document as errorFromBody reads it. */
  readonly error: string | undefined;
}

/**
 * Reads a streamed body by its content type. `isField` tells which names are fields of the messages themselves, where
 * they are no envelope. Undefined for what is no JSON stream.
 */
export function readStreamedBody(
  contentType: string,
  text: string,
  isField: (name: string) => boolean,
): StreamedBody | undefined {
  const messages: string[] = [];
  const pieces = /^text\/event-stream/i.test(contentType) ? eventsOf(text) : piecesOf(text);
  if (!pieces) return undefined;
  for (const { json, isError } of pieces) {
    const { result, error } = envelopeOf(json, isField);
    if (isError || error !== undefined) return { messages, error: error ?? json };
    messages.push(result ?? json);
  }
  return { messages, error: undefined };
}

interface Piece {
  readonly json: string;
  readonly isError: boolean;
}

function piecesOf(text: string): Piece[] | undefined {
  try {
    return documentsOf(text, 'body', 'json').map(({ text: json }) => ({ json, isError: false }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return undefined;
  }
}

/** HTML, Server-sent events §9.2.6: data lines of an event are joined, other fields than `event` say nothing here. */
function eventsOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (const block of text.split(/\r?\n\r?\n/)) {
    const lines = block.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line) ?? []);
    const data = lines.filter(([, name]) => name === 'data').map(([, , value = '']) => value);
    if (data.length === 0) continue;
    const isError = lines.some(([, name, value]) => name === 'event' && value === 'error');
    pieces.push({ json: data.join('\n'), isError });
  }
  return pieces;
}

/** `{"result":…}` and `{"error":…}` hold the message or the failure; their text is cut out, so that no digit is lost. */
function envelopeOf(json: string, isField: (name: string) => boolean): { result?: string; error?: string } {
  const [, name, inner] = /^\s*\{\s*"(result|error)"\s*:\s*([\s\S]*)\}\s*$/.exec(json) ?? [];
  if (name === undefined || inner === undefined || isField(name) || !isOneValue(inner)) return {};
  return name === 'result' ? { result: inner.trim() } : { error: json };
}

function isOneValue(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
