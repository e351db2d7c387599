// Flags back to the words that set them: what a printed command has in front of its address.
import { type FlagRow, type Flags, flagRows } from './flags.ts';

/** Groups that a call needs to be the same call elsewhere. */
const callGroups = new Set(['schema', 'connection', 'metadata', 'time']);
const notForCalls = new Set(['listen', 'allow-remote', 'require-token', 'repl', 'max-time']);

/** The words of connection, schema, metadata and time: `--plaintext`, `--deadline`, `5s`. */
export function callFlagWords(flags: Flags): string[] {
  const rows = flagRows.filter((row) => callGroups.has(row.group) && !notForCalls.has(row.name));
  return rows.flatMap((row) => (flags.has(row.name) ? wordsOf(row, flags) : []));
}

function wordsOf(row: FlagRow, flags: Flags): string[] {
  const name = `--${row.name}`;
  switch (row.kind) {
    case 'bool':
      return flags.bool(row.name) ? [name] : [];
    case 'count':
      return Array.from({ length: flags.number(row.name) ?? 0 }, () => name);
    case 'list':
      return flags.list(row.name).flatMap((value) => [row.name === 'header' ? '-H' : name, value]);
    case 'seconds':
      return [name, String((flags.number(row.name) ?? 0) / 1000)];
    case 'duration':
      return [name, durationText(flags.number(row.name) ?? 0)];
    default:
      return [name, String(flags.value(row.name))];
  }
}

/** `5s`, `250ms`. */
export function durationText(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${milliseconds / 1000}s` : `${milliseconds}ms`;
}
