// `from-curl curl -X POST … -d …` without quotes around it: which of the words are curl's and which are ours.
import { curlArguments, isCurlFlag, takesNextWord } from '../rest/curl-flags.ts';
import type { FlagRow } from './flags.ts';

/**
 * argv without the command's name, so that parseArgs reads it: ours first, then `--`, then curl's. From the word `curl`
 * (or METHOD URL) on, flags that curl has are curl's; long ones that only we have are ours, and so is -o with one of our
 * forms. Other command lines come back as they are.
 */
export function splitCurlArgv(argv: readonly string[], rows: readonly FlagRow[]): readonly string[] {
  const start = argv.findIndex((word, at) => startsRequest(argv, at) && !isValue(argv, at, rows) && word !== '--');
  if (start < 0 || start === argv.length - 1) return argv;
  const ours = argv.slice(0, start).filter((word) => word !== '--');
  const curls: string[] = [];
  for (let at = start; at < argv.length; at++) {
    const word = argv[at]!;
    const row = ourFlag(word, argv[at + 1], rows);
    if (row) {
      ours.push(word);
      if (takesValue(row) && !word.includes('=') && at + 1 < argv.length) ours.push(argv[++at]!);
      continue;
    }
    curls.push(word);
    // A value is curl's, whatever it looks like.
    if (at > start && word.startsWith('-') && takesNextWord(word) && at + 1 < argv.length) curls.push(argv[++at]!);
  }
  return [...ours, '--', ...curls];
}

/** True where a request begins that goes on over several words. */
function startsRequest(argv: readonly string[], at: number): boolean {
  const word = argv[at]!;
  if (/\s/.test(word)) return false;
  return /^(?:.*\/)?curl$/.test(word) || (/^[A-Z]+$/.test(word) && curlArguments(argv.slice(at, at + 2)) !== undefined);
}

/** True if the word is the value of one of our flags. */
function isValue(argv: readonly string[], at: number, rows: readonly FlagRow[]): boolean {
  const before = argv[at - 1] ?? '';
  const row = before.includes('=') ? undefined : rowOf(before, rows);
  return row !== undefined && takesValue(row);
}

function rowOf(word: string, rows: readonly FlagRow[]): FlagRow | undefined {
  const [, name, letter] = /^(?:--([\w-]+)|-([A-Za-z]))(?:=.*)?$/s.exec(word) ?? [];
  return rows.find((row) => (name !== undefined ? row.name === name : letter !== undefined && row.short === letter));
}

function takesValue(row: FlagRow): boolean {
  return row.kind !== 'bool' && row.kind !== 'count';
}

function ourFlag(word: string, next: string | undefined, rows: readonly FlagRow[]): FlagRow | undefined {
  const row = rowOf(word, rows);
  if (!row) return undefined;
  const isForm = row.name === 'output' && row.choices?.includes(next ?? '') === true;
  const name = /^--([\w-]+)/.exec(word)?.[1];
  return isForm || (name !== undefined && !isCurlFlag(name)) ? row : undefined;
}
