// A REST call as text: request line, headers, body, and the curl line alone, as `rest` prints it.
import type { NoRest, RestBody, RestEquivalent } from '../rest/rest.ts';
import { colourJson } from './json-text.ts';
import { bodyText } from './rest-document.ts';
import { requestLine } from './side-by-side-head.ts';
import type { Style } from './style.ts';
import { humanSize } from './units.ts';
import { visible } from './visible.ts';

export interface RestTextOptions {
  readonly style: Style;
  readonly curl: string;
  /** What is sent of a stream of requests, in place of the equivalent's own body. */
  readonly body?: RestBody | undefined;
}

/** The text, safe for a terminal, with a newline at the end. */
export function restText(equivalent: RestEquivalent | NoRest, options: RestTextOptions): string {
  const { style, curl } = options;
  if ('none' in equivalent) return `no REST form: ${visible(equivalent.none, { multiline: true })}\n`;
  const body = options.body ?? (equivalent.body?.data === '' ? undefined : equivalent.body);
  const headers = equivalent.headers
    .map(([name, value]) => [name, name === 'content-type' && body ? body.contentType : value] as const)
    .map(([name, value]) => `${style.cyan(visible(name))}: ${visible(value)}\n`);
  const lines = [`${style.bold(style.magenta(requestLine(equivalent)))}\n`, ...headers];
  if (body !== undefined) lines.push('\n', shownBody(body, style));
  return `${lines.join('')}\n${curl}\n`;
}

function shownBody(body: RestBody, style: Style): string {
  const text = bodyText(body);
  if (text === undefined) return `(${humanSize(body.data.length)} of ${visible(body.contentType)})\n`;
  const shown = /json/.test(body.contentType) ? colourJson(text, style) : visible(text, { multiline: true });
  return `${shown.replace(/\n+$/, '')}\n`;
}
