// Percent escapes of paths and queries, byte by byte: encodeURIComponent leaves five characters bare that the mapping
// rules escape, and decoding has to say what is wrong. https://www.rfc-editor.org/rfc/rfc3986#section-2

import { sequenceLength } from '../codec/utf8.ts';
import { quoted } from '../schema/quote.ts';

/** Text that is no escaped UTF-8. The message names the fault and the text. */
export class EscapeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EscapeError';
  }
}

/** What each byte is written as: `A-Za-z0-9-_.~` stay, all others become %XX. */
const escapes: string[] = [];
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  escapes.push(/[A-Za-z0-9\-_.~]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);
}

const slash = 0x2f;

/** Bytes from `start` to `end` as they stand in a URL: all but `A-Za-z0-9-_.~` escaped; `/` too unless it is kept. */
export function escapeBytes(bytes: Uint8Array, start: number, end: number, keepSlash = false): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    text += keepSlash && byte === slash ? '/' : escapes[byte]!;
  }
  return text;
}

/** Text as it stands in a URL, as UTF-8, with the same characters escaped. */
export function escapeText(text: string): string {
  if (/^[A-Za-z0-9\-_.~]*$/.test(text)) return text;
  const bytes = Buffer.from(text);
  return escapeBytes(bytes, 0, bytes.length);
}

/**
 * Undoes percent escapes, once. In queries a plus is a blank, in paths it is a plus. Throws EscapeError for a malformed
 * escape and for bytes that are no UTF-8.
 */
export function unescapeText(text: string, form: 'path' | 'query'): string {
  const plain = form === 'query' ? text.replaceAll('+', ' ') : text;
  if (!plain.includes('%')) return plain;
  const bad = /%(?![0-9A-Fa-f]{2})/.exec(plain);
  if (bad) throw new EscapeError(`malformed percent-escape ${quoted(plain.slice(bad.index, bad.index + 3))}`);
  try {
    return decodeURIComponent(plain);
  } catch {
    throw new EscapeError(`invalid UTF-8 in the percent-escapes of ${quoted(plain)}`);
  }
}

/** Undoes the escapes of a value of several segments: an escaped slash stays as it is, or it would become a separator. */
export function unescapeSegments(text: string): string {
  return unescapeText(text.replace(/%(?=2[Ff])/g, '%25'), 'path');
}

/** The one spelling of a segment by which segments are compared; of one that is no UTF-8 only the hex digits change. */
export function canonicalSegment(segment: string): string {
  if (/^[A-Za-z0-9\-_.~]*$/.test(segment)) return segment;
  try {
    return escapeText(unescapeText(segment, 'path'));
  } catch {
    return segment.replace(/%[0-9A-Fa-f]{2}/g, (hex) => hex.toUpperCase());
  }
}

/** True if bytes from `start` to `end` are UTF-8. */
export function isUtf8Range(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    if (bytes[at]! < 0x80) at++;
    else {
      const size = sequenceLength(bytes, at, end);
      if (size === 0) return false;
      at += size;
    }
  }
  return true;
}
