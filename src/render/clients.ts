// One call through two clients: a table of both, what differs and why, for people and as a document.
import { masked } from '../wire/credentials.ts';
import { codeName, type Status } from '../wire/status.ts';
import { wrapCells } from './columns-wrap.ts';
import { type StatusContext, statusParts } from './error.ts';
import type { Style } from './style.ts';
import { count, humanSize, humanTime } from './units.ts';
import { cellWidth, padCells, visible } from './visible.ts';

/** What one client made of the call. */
export interface ClientSide {
  readonly status: Status;
  readonly details: readonly unknown[];
  readonly headers: readonly unknown[] | undefined;
  readonly trailers: readonly unknown[];
  /** Responses, and their bytes. */
  readonly count: number;
  readonly bytes: number;
  /** From start to status. */
  readonly ms: number;
}

/** One place where they differ. */
export interface ClientDifference {
  /** `status`, `origin`, `message`, `details`, `messages`, `message 3`, `header NAME`, `trailer NAME`. */
  readonly what: string;
  readonly native: unknown;
  readonly grpcJs: unknown;
  /** Whether it is a difference of the clients; else the server answered the two calls differently. */
  readonly counts: boolean;
}

export interface ClientsOptions {
  readonly native: ClientSide;
  readonly grpcJs: ClientSide;
  readonly differences: readonly ClientDifference[];
  /** Sentences about what differs. */
  readonly reasons: readonly string[];
  readonly same: boolean;
  readonly style: Style;
  /** What a status is explained with. */
  readonly context: (received: number, at: number) => StatusContext;
}

/** The table, the statuses that are not OK, what differs and why. Safe for a terminal; ends with a newline. */
export function renderClients(options: ClientsOptions): string {
  const { native, grpcJs, differences, reasons, same, style } = options;
  const lines = [...tableLines(options), ...statusLines('native', native, options)];
  // The same words need not be read twice.
  const isTwin = native.status.message === grpcJs.status.message && native.status.origin === grpcJs.status.origin;
  if (!isTwin || native.status.code !== grpcJs.status.code) lines.push(...statusLines('grpc-js', grpcJs, options));
  const listed = differences.filter(({ what }) => !['status', 'origin', 'messages'].includes(what));
  lines.push(...listed.map((difference) => differenceLine(difference, style)));
  lines.push(...reasons.map((reason) => `${style.yellow(same ? 'note:' : 'why:')} ${visible(reason)}`));
  const answersDiffer = differences.some(({ counts }) => !counts);
  const more = answersDiffer ? ', though the server answered the two calls differently' : '';
  lines.push(same ? `${style.green('the same')}${more}` : style.red('the clients differ'));
  return lines
    .flatMap((line) => wrapCells(line, style.width, 2))
    .join('\n')
    .concat('\n');
}

interface Row {
  readonly what: string;
  readonly sides: readonly [string, string];
}

function tableLines({ native, grpcJs, differences, style }: ClientsOptions): string[] {
  const both = (of: (side: ClientSide) => string): [string, string] => [of(native), of(grpcJs)];
  const isOk = native.status.code === 0 && grpcJs.status.code === 0;
  const rows: Row[] = [
    {
      what: 'status',
      sides: both(({ status }) => (status.code === 0 ? 'OK' : `${codeName(status.code)} (${status.code})`)),
    },
    ...(isOk ? [] : [{ what: 'origin', sides: both(({ status }) => (status.code === 0 ? '-' : status.origin)) }]),
    { what: 'messages', sides: both((side) => `${side.count}, ${humanSize(side.bytes)}`) },
    { what: 'headers', sides: both(({ headers }) => (headers === undefined ? 'none' : count(headers.length, 'line'))) },
    { what: 'trailers', sides: both(({ trailers }) => count(trailers.length, 'line')) },
    { what: 'time', sides: both(({ ms }) => humanTime(ms)) },
  ];
  const changed = new Set(differences.filter(({ counts }) => counts).map(({ what }) => what));
  const width = Math.max(...rows.map(({ sides }) => cellWidth(sides[0])), 'native'.length) + 3;
  const head = `  ${padCells('', 10)}${style.bold(padCells('native', width))}${style.bold('grpc-js')}`;
  const mark = style.ascii ? '*' : '≠';
  return [
    head,
    ...rows.map(({ what, sides: [left, right] }) => {
      const line = `${padCells(what, 10)}${padCells(left, width)}${right}`;
      return changed.has(what) ? style.yellow(`${mark} ${line}`) : `  ${line}`;
    }),
  ];
}

function statusLines(name: string, side: ClientSide, options: ClientsOptions): string[] {
  if (side.status.code === 0) return [];
  const { style, context } = options;
  const { lines, next } = statusParts(side.status, {
    style,
    details: side.details,
    context: context(side.count, side.ms),
  });
  return [`${style.bold(`${name}:`)} ${lines[0] ?? ''}`, ...lines.slice(1), ...(next === '' ? [] : [next])];
}

function differenceLine({ what, native, grpcJs, counts }: ClientDifference, style: Style): string {
  const name = what.replace(/^\w+ /, '');
  const text = (value: unknown): string => {
    if (value === undefined) return 'nothing';
    return visible(JSON.stringify(typeof value === 'string' ? masked(name, value) : value));
  };
  const line = `${visible(what)}: ${style.cyan('native')} ${text(native)}, ${style.magenta('grpc-js')} ${text(grpcJs)}`;
  return counts ? line : style.dim(line);
}

/** Both calls for programs; `documents` are what -o full shows of each call. */
export interface ClientsDocument {
  readonly method: string;
  readonly address: string;
  readonly same: boolean;
  readonly differences: readonly ClientDifference[];
  readonly reasons: readonly string[];
  readonly documents: { readonly native: string; readonly grpcJs: string };
}

/** `{"method","address","same","differs":[…],"reasons":[…],"native":{…},"grpcJs":{…}}` on one line. */
export function clientsDocument(both: ClientsDocument): string {
  const { method, address, same, differences, reasons, documents } = both;
  const differs = differences.map(({ what, native, grpcJs, counts }) => ({
    what,
    native: native ?? null,
    grpcJs: grpcJs ?? null,
    counts,
  }));
  const head = JSON.stringify({ method, address, same, differs, reasons }).slice(0, -1);
  // Messages are printed JSON already, and parsing them again would lose digits of large numbers.
  return `${head},"native":${documents.native},"grpcJs":${documents.grpcJs}}`;
}
