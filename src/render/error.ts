// What stderr says when something went wrong: a status of the call, or a mistake the user can mend.
import type { UserError } from '../errors.ts';
import { codeName, type Status } from '../wire/status.ts';
import { codeMeaning, nextSteps } from './code-meaning.ts';
import { wrapCells } from './columns-wrap.ts';
import { detailLines } from './error-details.ts';
import { marks, type Style } from './style.ts';
import { count, humanTime } from './units.ts';
import { cellWidth, visible } from './visible.ts';

/** The call that ended with the status. */
export interface StatusContext {
  /** `pkg.Svc/Method`. */
  readonly method: string;
  /** '' where no address is known. */
  readonly address: string;
  /** Responses that came before the status. */
  readonly received: number;
  /** Full name of the request type, for hints. */
  readonly requestType?: string | undefined;
  /** The JSON document that was sent, to show values beside complaints. */
  readonly request?: unknown;
  /** Milliseconds from start to status. */
  readonly at?: number | undefined;
  /** Who reads: steps are commands of a shell, or lines of a script or a REPL. A person in a REPL keeps no log. */
  readonly front?: 'shell' | 'script' | 'repl' | undefined;
  /** The HTTP status that it equals, where nothing else on the screen says so. */
  readonly httpStatus?: number | undefined;
  /** How the call is called in the session. */
  readonly name?: string | undefined;
}

export interface StatusOptions {
  readonly style: Style;
  /** The status details as JSON documents with `@type`. */
  readonly details: readonly unknown[];
  readonly context: StatusContext;
}

/** A status that is not OK, explained, in the parts that a screen may place apart. All of them safe for a terminal. */
export interface StatusParts {
  /** Code, origin and time, then message, details and meaning, indented. */
  readonly lines: readonly string[];
  /** What to try next, with commands to paste; '' where there is nothing to say. */
  readonly next: string;
  /** One line that stands alone in a log. */
  readonly last: string;
}

/** As `renderStatus`, in parts. */
export function statusParts(status: Status, options: StatusOptions): StatusParts {
  const { style, details, context } = options;
  const lines = [firstLine(status, style, context)];
  if (status.message !== '') lines.push(...indent(visible(status.message, { multiline: true }).split('\n')));
  for (const detail of details) lines.push(...indent(detailLines(detail, context.request, style)));
  for (const warning of status.warnings ?? []) lines.push(`  ${style.yellow('note:')} ${visible(warning)}`);
  const meaning = status.origin === 'client' ? '' : codeMeaning(status.code);
  if (meaning !== '') lines.push(`  ${style.dim(meaning)}`);
  const steps = nextSteps(status, details, context).map((step) => visible(step));
  const next = steps.length > 0 ? `  next: ${steps.join(` ${marks(style).between} `)}` : '';
  return { lines, next, last: lastLine(status, context) };
}

/**
 * A status that is not OK, explained: code, origin and time, message, details, meaning, next steps, and last one line
 * that stands alone in a log. Safe for a terminal; ends with a newline.
 */
export function renderStatus(status: Status, options: StatusOptions): string {
  const { lines, next, last } = statusParts(status, options);
  const block = [...lines, next]
    .filter((line) => line !== '')
    .flatMap((line) => wrapCells(line, options.style.width, 4));
  return `${[...block, ...(last === '' ? [] : [last])].join('\n')}\n`;
}

function firstLine(status: Status, style: Style, context: StatusContext): string {
  const { at, httpStatus, name } = context;
  if (name === undefined) return statusLine(status, style, at);
  const http = httpStatus === undefined ? [] : [`HTTP ${httpStatus}`];
  const [code = '', ...rest] = statusWords(status, style, at);
  return withName([code, ...http, ...rest].join(` ${marks(style).between} `), name, style);
}

/** The widest line of a status in a session. */
const lineWidth = 78;

/** The first line of an answer with the name of the reply at its right end. */
export function withName(line: string, name: string, style: Style): string {
  const room = Math.min(style.width - 1, lineWidth) - cellWidth(line) - cellWidth(name);
  return `${line}${' '.repeat(Math.max(2, room))}${style.cyan(name)}`;
}

/** `✗ NOT_FOUND (5)  from the server  2.4 ms`. */
export function statusLine(status: Status, style: Style, at?: number): string {
  return statusWords(status, style, at).join('  ');
}

function statusWords(status: Status, style: Style, at: number | undefined): string[] {
  const name = style.red(`${marks(style).fail} ${codeName(status.code)} (${status.code})`);
  const origin = status.origin === 'server' ? 'from the server' : 'from the client';
  return [name, origin, ...(at === undefined ? [] : [humanTime(at)])];
}

function lastLine(status: Status, context: StatusContext): string {
  if (context.front === 'repl') return '';
  const where = context.address === '' ? '' : ` at ${context.address}`;
  const far = context.received === 0 ? 'before any response' : `after ${count(context.received, 'response')}`;
  return visible(`grepl: ${context.method}${where} ended with ${codeName(status.code)} (${status.code}) ${far}`);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`.trimEnd());
}

/** `grepl: what is wrong` and, on the next line, what to do about it. Ends with a newline. */
export function renderUserError(error: UserError, style: Style): string {
  const message = `${style.red('grepl:')} ${visible(error.message, { multiline: true })}`.split('\n');
  const hint = error.hint === undefined ? [] : visible(error.hint, { multiline: true }).split('\n');
  const lines = [...message, ...hint.map((line) => `  ${line}`)];
  return lines
    .flatMap((line) => wrapCells(line, style.width, 4))
    .map((line) => `${line}\n`)
    .join('');
}
