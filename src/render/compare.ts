// gRPC against REST for one call: figures as a document, and as a table with bars for a terminal.
import type { Style } from './style.ts';
import { count, humanSize } from './units.ts';
import { cellWidth, cut, padCells, visible } from './visible.ts';

/** Bytes of one side in one direction; `wire` is null where it could not be measured. */
export interface ComparedSize {
  readonly payload: number;
  readonly wire: number | null;
  readonly gzip: number;
}

interface Sides<T> {
  readonly grpc: T;
  readonly rest: T;
}

interface Nanoseconds {
  readonly grpcNs: number;
  readonly restNs: number;
}

/** All that `compare` found. Sizes and times are those of a whole call, a stream's messages together. */
export interface Comparison {
  readonly method: string;
  readonly request: Sides<ComparedSize>;
  readonly response: Sides<ComparedSize>;
  readonly messages: { readonly request: number; readonly response: number };
  /** Null where the messages could not be written as JSON by the library that is measured. */
  readonly encode: Nanoseconds | null;
  readonly decode: Nanoseconds | null;
  readonly latencyMs: Sides<{ readonly p50: number; readonly p99: number }>;
  readonly runs: number;
  /** Where the REST side was: `the gateway`, or a host. */
  readonly restBy: string;
  readonly notes: readonly string[];
}

/** The document of `-o json`, on one line. */
export function comparisonDocument(compared: Comparison): string {
  const { restBy: _, ...document } = compared;
  return JSON.stringify(document);
}

interface Row {
  readonly what: string;
  readonly how: string;
  readonly grpc: string;
  readonly rest: string;
  /** gRPC / REST; undefined where it means nothing. */
  readonly ratio: number | undefined;
}

/** The table, with bars on a terminal that has columns for them; in narrow ones columns are left out. Ends with a newline. */
export function renderComparison(compared: Comparison, style: Style, isTerminal: boolean): string {
  const head = visible(
    `${compared.method.replace(/^.*\//, '')}, ${count(compared.runs, 'run')} each, one connection, warm`,
  );
  const rows = rowsOf(compared, style.ascii);
  const columns = columnsFor(rows, style.width, isTerminal);
  const { what, how, side, hasRatio } = columns;
  const more = style.ascii ? '...' : '…';
  const title = style.bold(padCells(cut(head, what + how, more), what + how));
  const ratio = hasRatio ? `    ${style.dim('gRPC / REST')}` : '';
  const top = `  ${title}${style.cyan('gRPC'.padStart(side))}${style.magenta('REST'.padStart(side))}${ratio}`;
  const lines = rows.map((row) => {
    const label = padCells(cut(row.what, what, more), what) + (how > 0 ? style.dim(padCells(row.how, how)) : '');
    const sides = style.cyan(row.grpc.padStart(side)) + style.magenta(row.rest.padStart(side));
    return `  ${label}${sides}${ratioOf(row.ratio, columns, style)}`.trimEnd();
  });
  return `${[top, ...lines].join('\n')}\n`;
}

/** Widths with the gap behind (`what`, `how`) or in front (`side`); 0 for a column that is left out. */
interface Columns {
  readonly what: number;
  readonly how: number;
  readonly side: number;
  readonly hasRatio: boolean;
  readonly hasBars: boolean;
}

function columnsFor(rows: readonly Row[], width: number, isTerminal: boolean): Columns {
  const longest = (texts: readonly string[]) => Math.max(...texts.map(cellWidth)) + 2;
  const what = longest(rows.map((row) => row.what));
  const how = longest(rows.map((row) => row.how));
  const side = Math.max(10, longest(rows.flatMap((row) => [row.grpc, row.rest])));
  const bare = 2 + what + 2 * side;
  if (isTerminal && bare + how + barsWidth <= width) return { what, how, side, hasRatio: true, hasBars: true };
  if (bare + how + ratioWidth <= width) return { what, how, side, hasRatio: true, hasBars: false };
  if (bare + ratioWidth <= width) return { what, how: 0, side, hasRatio: true, hasBars: false };
  return { what: Math.max(8, Math.min(what, width - 2 - 2 * side)), how: 0, side, hasRatio: false, hasBars: false };
}

/** The gap and `gRPC / REST`; the gap, a bar and `12.34`. */
const ratioWidth = 15;
const barsWidth = 20;

function ratioOf(ratio: number | undefined, { hasRatio, hasBars }: Columns, style: Style): string {
  if (!hasRatio || ratio === undefined || !Number.isFinite(ratio)) return '';
  const filled = Math.max(0, Math.min(10, Math.round(ratio * 10)));
  const [full, empty] = style.ascii ? ['#', '.'] : ['▓', '░'];
  const bar = hasBars ? `${full.repeat(filled)}${empty.repeat(10 - filled)} ` : '';
  return `    ${bar}${ratio.toFixed(2)}`;
}

function rowsOf(compared: Comparison, ascii: boolean): Row[] {
  const { request, response, messages, encode, decode, latencyMs, restBy } = compared;
  const sent = messages.request > 1 ? messages.request : 1;
  const received = messages.response > 1 ? messages.response : 1;
  // What goes both ways is told for a message of the side that streams.
  const each = Math.max(sent, received);
  const per = (many: number): string => (many > 1 ? ' / message' : '');
  const rows = [
    sizeRow(`request payload${per(sent)}`, 'computed', request.grpc.payload / sent, request.rest.payload / sent),
    sizeRow(
      `response payload${per(received)}`,
      'measured',
      response.grpc.payload / received,
      response.rest.payload / received,
    ),
    wireRow(`on the wire, both ways${per(each)}`, compared, each),
    sizeRow(
      `gzip, both ways${per(each)}`,
      'computed',
      (request.grpc.gzip + response.grpc.gzip) / each,
      (request.rest.gzip + response.rest.gzip) / each,
    ),
  ];
  if (encode && decode) {
    const grpc = (encode.grpcNs + decode.grpcNs) / each;
    const rest = (encode.restNs + decode.restNs) / each;
    const [left, right] = pairText([grpc / 1e6], [rest / 1e6], ascii);
    rows.push({ what: `encode + decode${per(each)}`, how: 'measured', grpc: left, rest: right, ratio: grpc / rest });
  }
  const { grpc, rest } = latencyMs;
  const [left, right] = pairText([grpc.p50, grpc.p99], [rest.p50, rest.p99], ascii);
  return [
    ...rows,
    { what: 'latency p50 / p99', how: `measured, REST by ${restBy}`, grpc: left, rest: right, ratio: undefined },
  ];
}

function sizeRow(what: string, how: string, grpc: number, rest: number): Row {
  return { what, how, grpc: size(grpc), rest: size(rest), ratio: rest === 0 ? undefined : grpc / rest };
}

function wireRow(what: string, { request, response }: Comparison, each: number): Row {
  const sum = (a: number | null, b: number | null) => (a === null || b === null ? undefined : (a + b) / each);
  const grpc = sum(request.grpc.wire, response.grpc.wire);
  const rest = sum(request.rest.wire, response.rest.wire);
  if (grpc === undefined || rest === undefined)
    return { what, how: 'not measured', grpc: size(grpc), rest: size(rest), ratio: undefined };
  return sizeRow(what, 'measured', grpc, rest);
}

function size(bytes: number | undefined): string {
  return bytes === undefined ? '-' : humanSize(Math.round(bytes));
}

/** Times of both sides in one unit, the one that suits the larger. */
function pairText(grpc: readonly number[], rest: readonly number[], ascii: boolean): [string, string] {
  const most = Math.max(...grpc, ...rest);
  const [unit, factor] = most < 0.1 ? ([ascii ? 'us' : 'µs', 1000] as const) : (['ms', 1] as const);
  const text = (times: readonly number[]): string =>
    `${times.map((ms) => (ms * factor < 99.95 ? (ms * factor).toFixed(1) : String(Math.round(ms * factor)))).join(' / ')} ${unit}`;
  return [text(grpc), text(rest)];
}
