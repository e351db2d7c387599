// A REST answer as text, and what differs between it and the RPC's, safe for a terminal.
import { STATUS_CODES } from 'node:http';
import type { Difference } from '../rest/diff.ts';
import type { Metadata } from '../wire/metadata.ts';
import { colourJson, indentJson } from './json-text.ts';
import type { Style } from './style.ts';
import { humanSize } from './units.ts';
import { padCells, visible } from './visible.ts';

/** The head of an answer: `HTTP/1.1 200 OK`, headers as they may be shown, an empty line. */
export function restReplyHead(
  reply: { readonly httpVersion: string; readonly status: number; readonly phrase: string; readonly headers: Metadata },
  style: Style,
): string {
  const { httpVersion, status, headers } = reply;
  const phrase = reply.phrase === '' ? (STATUS_CODES[status] ?? '') : reply.phrase;
  const line = `HTTP/${httpVersion} ${status} ${visible(phrase)}`.trimEnd();
  const colour = status >= 200 && status < 300 ? style.green : style.red;
  const shown = headers.map(([name, value]) => `${style.cyan(visible(name))}: ${visible(value)}\n`);
  return `${style.bold(colour(line))}\n${shown.join('')}\n`;
}

/** A whole body: JSON indented and in colour, other text as it is, bytes by their number. Ends with a newline. */
export function restReplyBody(contentType: string, body: Uint8Array, style: Style): string {
  if (body.length === 0) return '';
  const text = textOf(body);
  if (text === undefined) return `(${humanSize(body.length)} of ${visible(contentType || 'bytes')})\n`;
  if (!/json/i.test(contentType) || !isJson(text)) return `${visible(text.trimEnd(), { multiline: true })}\n`;
  return `${colourJson(indentJson(text).join('\n'), style)}\n`;
}

function textOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What differs, a line for each: where, and what each side has. */
export function differenceLines(differences: readonly Difference[], style: Style): string {
  const places = differences.map(({ where, path }) => visible(path === '' ? where : `${where} ${path}`));
  const width = Math.min(40, Math.max(0, ...places.map((place) => place.length)));
  return differences
    .map(({ grpc, rest }, at) => {
      const sides = `${style.cyan('gRPC')} ${shown(grpc)}   ${style.magenta('REST')} ${shown(rest)}`;
      return `${padCells(places[at]!, width)}  ${sides}\n`;
    })
    .join('');
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return visible(text.length > 300 ? `${text.slice(0, 300)}…` : text);
}
