// The REST call as a curl command that can be pasted into a shell as it is, with credentials kept out of it.
import type { RestBody, RestDialect, RestEquivalent } from '../rest/rest.ts';
import { masked } from '../wire/credentials.ts';
import { printfCommand, shellQuote } from './command-line.ts';
import { bodyText } from './rest-document.ts';

export interface CurlOptions {
  /** Where the REST API is: `http://127.0.0.1:8080`, with an optional path in front of every route. */
  readonly base: string;
  readonly dialect: RestDialect;
  /**
   * Header values hold `${NAME}` and `@FILE` as they were typed: they become `$NAME` and `$(cat FILE)`, and other
   * credentials are masked. Without it every value is taken literally.
   */
  readonly mask: boolean;
  readonly deadlineMs?: number | undefined;
  /** Sent in place of the equivalent's own body: all messages of a request stream, say. */
  readonly body?: RestBody | undefined;
  /** A file that holds the body, one JSON document a line. */
  readonly bodyFrom?: string | undefined;
}

/**
 * The equivalent as one line for a POSIX shell, also bash and zsh. A body with control characters comes from `printf`
 * through a pipe. A call that takes a WebSocket is written as the POST it can be made with too, one way at a time.
 */
export function curlCommand(equivalent: RestEquivalent, options: CurlOptions): string {
  const { bodyFrom, deadlineMs } = options;
  const body = bodyFrom === undefined ? (options.body ?? equivalent.body) : undefined;
  const type = bodyFrom === undefined ? body?.contentType : 'application/x-ndjson';
  const words = ['curl'];
  if (equivalent.streaming !== 'none') words.push('-N');
  words.push(...methodWords(equivalent, type !== undefined));
  // curl makes `..` out of `%2E%2E` too, and then goes up a step.
  if (/(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(equivalent.path)) words.push('--path-as-is');
  words.push(quoted(restUrl(equivalent, options.base)));
  if (type !== undefined) words.push('-H', quoted(`content-type: ${type}`));
  for (const [name, value] of equivalent.headers) {
    if (name !== 'content-type') words.push('-H', headerWord(name, value, options.mask));
  }
  if (deadlineMs !== undefined) words.push('--max-time', String(deadlineMs / 1000));
  if (bodyFrom !== undefined) return [...words, '--data-binary', shellQuote(`@${bodyFrom}`)].join(' ');
  return body === undefined ? words.join(' ') : withBody(words, body);
}

/** The URL of the equivalent below `base`. */
function restUrl(equivalent: RestEquivalent, base: string): string {
  const query = equivalent.query === '' ? '' : `?${equivalent.query}`;
  return `${base.replace(/\/+$/, '')}${equivalent.path}${query}`;
}

/** The address of a call that goes both ways at once. */
export function webSocketUrl(equivalent: RestEquivalent, base: string): string {
  return restUrl(equivalent, base).replace(/^http/, 'ws');
}

function methodWords({ httpMethod, streaming }: RestEquivalent, hasBody: boolean): string[] {
  // What a WebSocket begins with is a GET; the same path takes a POST of all messages.
  const method = streaming === 'websocket' ? 'POST' : httpMethod === '*' ? 'POST' : httpMethod;
  if (method === 'GET' && !hasBody) return [];
  return method === 'HEAD' ? ['--head'] : ['-X', shellQuote(method)];
}

function withBody(words: readonly string[], body: RestBody): string {
  const text = bodyText(body);
  // A line of a shell holds no NUL and no line end, and `$(…)` drops the last line ends.
  if (text !== undefined && !/[\u0000-\u001f\u007f]/.test(text)) {
    const flag = text.startsWith('@') ? '--data-raw' : '--data-binary';
    return [...words, flag, quoted(text)].join(' ');
  }
  const bytes = typeof body.data === 'string' ? new TextEncoder().encode(body.data) : body.data;
  return `${printfCommand(bytes)} | ${[...words, '--data-binary', '@-'].join(' ')}`;
}

/** `-H`'s word. `name;` is how curl is told to send a header without a value. */
export function headerWord(name: string, value: string, mask: boolean): string {
  if (value === '') return quoted(`${name};`);
  if (!mask) return quoted(`${name}: ${value}`);
  const parts = shellParts(value);
  if (parts.length === 0) return quoted(`${name}: ${masked(name, value)}`);
  return joined([{ text: `${name}: ` }, ...parts]);
}

interface Part {
  readonly text?: string;
  /** A piece of shell that is expanded inside double quotes. */
  readonly shell?: string;
}

/** A value as typed, taken apart into text and what the shell puts in; empty when the shell has nothing to put in. */
function shellParts(value: string): Part[] {
  const [, scheme = '', path] = /^(Bearer )?@([\s\S]*)$/.exec(value) ?? [];
  if (path !== undefined) {
    const words = path === '-' || path === '' ? 'cat' : `cat ${shellQuote(path)}`;
    return [{ text: scheme }, { shell: `$(${words})` }];
  }
  if (!/\$\{[A-Za-z_]\w*\}/.test(value)) return [];
  return value.split(/(\$\{[A-Za-z_]\w*\})/).map((text, at) => (at % 2 === 0 ? { text } : { shell: text }));
}

function joined(parts: readonly Part[]): string {
  // Characters that mean something between double quotes, `!` in an interactive bash among them.
  const simple = parts.every(({ text = '' }) => /^[^"$`\\!\u0000-\u001f\u007f-\uffff]*$/.test(text));
  const shell = (part: Part, next: Part | undefined): string =>
    /^\w/.test(next?.text ?? '') ? (part.shell ?? '') : (part.shell ?? '').replace(/^\$\{(\w+)\}$/, '$$$1');
  if (simple) return `"${parts.map((part, at) => part.text ?? shell(part, parts[at + 1])).join('')}"`;
  return parts
    .filter((part) => part.text !== '')
    .map((part) => (part.text === undefined ? `"${part.shell}"` : quoted(part.text)))
    .join('');
}

/** As shellQuote, but in quotes also where they are not needed: a URL reads better so. */
function quoted(word: string): string {
  const text = shellQuote(word);
  return text === word ? `'${word}'` : text;
}
