// Which comment belongs to which declaration, by protoc's rules, so that `describe` shows what their authors meant.
// The rules (from protobuf's descriptor.proto, SourceCodeInfo): a comment on the line of a `;` or `{`, or on the next
// line with a blank line after it, trails; the last one right before a declaration leads; others stand detached.
import type { SourceText } from './source-text.ts';

/** Texts as in SourceCodeInfo: without comment marks, with line ends. Empty where there is none. */
export interface GapComments {
  readonly trailing: string;
  readonly detached: readonly string[];
  readonly leading: string;
}

interface Collected {
  trailing: string;
  detached: string[];
  buffer: string;
  kind: 'none' | 'line' | 'block';
  mayTrail: boolean;
}

const none: GapComments = { trailing: '', detached: [], leading: '' };

/**
 * The comments between a token and the next; `before` is the index of the first, -1 for the file's start. Meant for
 * tokens that end a declaration (`;`, `{`, `}`) and for the start.
 */
export function commentsAfter(source: SourceText, before: number): GapComments {
  const start = before < 0 ? 0 : (source.tokens[before]?.end ?? 0);
  const next = source.tokens[before + 1];
  const gap = source.text.slice(start, next?.start ?? source.text.length);
  if (!gap.includes('/')) return none;
  const collected: Collected = { trailing: '', detached: [], buffer: '', kind: 'none', mayTrail: before >= 0 };
  const at = before < 0 ? 0 : readSameLine(collected, gap);
  if (at < 0) return none;
  readFollowingLines(collected, gap, at);
  // At the end of a scope there is nothing that the last comment could lead.
  if (!next || next.text === '}' || next.text === ']' || next.text === ')') flush(collected);
  return { trailing: collected.trailing, detached: collected.detached, leading: collected.buffer };
}

// Returns where the next line starts, or -1 if the next token stands on the same line.
function readSameLine(collected: Collected, gap: string): number {
  let at = skipSpaces(gap, 0);
  if (gap.startsWith('//', at)) {
    at = readLineComment(collected, gap, at);
    flush(collected);
    return at;
  }
  if (gap.startsWith('/*', at)) {
    at = skipSpaces(gap, readBlockComment(collected, gap, at));
    if (gap[at] !== '\n') return -1;
    flush(collected);
    return at + 1;
  }
  return gap[at] === '\n' ? at + 1 : -1;
}

function readFollowingLines(collected: Collected, gap: string, from: number): void {
  for (let at = skipSpaces(gap, from); at < gap.length; at = skipSpaces(gap, at)) {
    if (gap.startsWith('//', at)) at = readLineComment(collected, gap, at);
    else if (gap.startsWith('/*', at)) {
      at = skipSpaces(gap, readBlockComment(collected, gap, at));
      if (gap[at] === '\n') at++;
    } else {
      flush(collected);
      collected.mayTrail = false;
      at++;
    }
  }
}

function readLineComment(collected: Collected, gap: string, at: number): number {
  if (collected.kind === 'block') flush(collected);
  const newline = gap.indexOf('\n', at);
  const end = newline < 0 ? gap.length : newline + 1;
  collected.buffer += gap.slice(at + 2, end);
  collected.kind = 'line';
  return end;
}

function readBlockComment(collected: Collected, gap: string, at: number): number {
  flush(collected);
  const end = gap.indexOf('*/', at + 2);
  const lines = gap.slice(at + 2, end).split('\n');
  collected.buffer = lines.map((line, index) => (index === 0 ? line : line.replace(/^[ \t\r\v\f]*\*?/, ''))).join('\n');
  collected.kind = 'block';
  return end + 2;
}

function flush(collected: Collected): void {
  if (collected.kind === 'none') return;
  if (collected.mayTrail) collected.trailing = collected.buffer;
  else collected.detached.push(collected.buffer);
  collected.mayTrail = false;
  collected.buffer = '';
  collected.kind = 'none';
}

function skipSpaces(gap: string, from: number): number {
  let at = from;
  while (at < gap.length && gap[at] !== '\n' && /\s|\uFEFF/.test(gap[at] ?? '')) at++;
  return at;
}
