// What stderr says when something went wrong: a status of the call, or a mistake the user can mend.
import type { UserError } from '../errors.ts';
import { codeName, type Status } from '../wire/status.ts';
import { codeMeaning, nextSteps } from './code-meaning.ts';
import { detailLines } from './error-details.ts';
import { marks, type Style } from './style.ts';
import { count, humanTime } from './units.ts';
import { visible } from './visible.ts';

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
  const lines = [statusLine(status, style, context.at)];
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
  return `${[...lines, ...(next === '' ? [] : [next]), last].join('\n')}\n`;
}

/** `✗ NOT_FOUND (5)  from the server  2.4 ms`. */
export function statusLine(status: Status, style: Style, at?: number): string {
  const name = style.red(`${marks(style).fail} ${codeName(status.code)} (${status.code})`);
  const origin = status.origin === 'server' ? 'from the server' : 'from the client';
  return [name, origin, ...(at === undefined ? [] : [humanTime(at)])].join('  ');
}

function lastLine(status: Status, context: StatusContext): string {
  const where = context.address === '' ? '' : ` at ${context.address}`;
  const far = context.received === 0 ? 'before any response' : `after ${count(context.received, 'response')}`;
  return visible(`grepl: ${context.method}${where} ended with ${codeName(status.code)} (${status.code}) ${far}`);
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`.trimEnd());
}

/** `grepl: what is wrong` and, on the next line, what to do about it. Ends with a newline. */
export function renderUserError(error: UserError, style: Style): string {
  const message = `${style.red('grepl:')} ${visible(error.message, { multiline: true })}\n`;
  if (error.hint === undefined) return message;
  return `${message}  ${visible(error.hint, { multiline: true }).split('\n').join('\n  ')}\n`;
}
