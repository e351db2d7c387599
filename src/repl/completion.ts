// What could be meant at the cursor: commands, services, methods, field paths, values, variables, files. Everything comes
// from what is loaded already, so that a key is answered at once.
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { savedNames } from '../commands/saved-requests.ts';
import { flagsOf } from '../commands/table.ts';
import { fuzzyRank } from '../prompt/fuzzy.ts';
import type { Completion, CompletionItem } from '../prompt/line.ts';
import { callRow } from './call-words.ts';
import { endsAt, methodName } from './catalog.ts';
import { optionNames } from './commands/options.ts';
import { fieldItems } from './completion-fields.ts';
import {
  type CompletionSource,
  commandNames,
  firstWords,
  joinedSource,
  methodNames,
  serviceNames,
  sourceOf,
  symbolNames,
} from './completion-names.ts';
import { lineCommands } from './run-line.ts';
import type { Repl } from './state.ts';
import { findReplCommand, type ReplCommand } from './table.ts';
import { pathSteps } from './variables.ts';

const itemsShown = 200;
/** Newest lines whose words come first. */
const linesLookedAt = 200;

/** The completion of a line of this session. Never throws. */
export function completer(repl: Repl): (text: string, cursor: number) => Completion {
  return (text, cursor) => {
    const before = text.slice(0, cursor);
    const from = before.search(/[^\s|>]*$/);
    const token = before.slice(from);
    const words = before
      .slice(0, from)
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    try {
      const { skip, source } = candidates(repl, words, token);
      return { from: from + skip, to: cursor, items: ranked(repl, token.slice(skip), source) };
    } catch {
      return { from: cursor, to: cursor, items: [] };
    }
  };
}

/** Items that stand for the token, whose first `skip` characters stay. */
interface Candidates {
  readonly skip: number;
  readonly source: CompletionSource;
}

const whole = (source: CompletionSource): Candidates => ({ skip: 0, source });

function candidates(repl: Repl, words: readonly string[], token: string): Candidates {
  const variable = /\$\{?[\w.[\]"-]*$/.exec(token);
  if (variable) return { skip: variable.index, source: sourceOf(variableItems(repl, variable[0])) };
  const [name] = words;
  // What stands behind a pipe is another program's.
  if (words.some((word) => word.startsWith('|'))) return whole(sourceOf([]));
  if (words.at(-1) === '>' || words.at(-1) === '>>') return fileItems(repl, token, 0);
  if (name === undefined) return whole(firstWords(repl));
  const file = /^(?:[^=]*=)?@/.exec(token);
  if (file) return fileItems(repl, token, file[0].length);
  const own = findReplCommand(name);
  const [last] = repl.replies.newestFirst();
  if (own?.name === 'again' && last && !token.startsWith('-'))
    return fieldCandidates(repl, methodName(last.method), token);
  if (own) {
    const isFlag = token.startsWith('-');
    // A long list stays the array it is: flags are put in front of it by their dash alone.
    const choices = (own.choices ?? []).filter((text) => isFlag || !text.startsWith('-'));
    const words = sourceOf(choices.map((text) => ({ text, kind: 'word' })));
    if (isFlag) return whole(words);
    if (own.takes === 'file') return fileItems(repl, token, 0);
    const taken = takenItems(repl, own.takes);
    return whole(choices.length === 0 ? taken : joinedSource(words, taken));
  }
  const row = lineCommands.find((one) => one.name === name);
  if (token.startsWith('-')) {
    const flags = flagsOf(row ?? callRow).map((flag) => ({ text: `--${flag.name}`, kind: 'flag', comment: flag.help }));
    const isCall = row === undefined || row === callRow;
    return whole(sourceOf(isCall ? [...callFlags, ...flags] : flags));
  }
  if (row && words.length === 1) return whole(takenItems(repl, takenBy(row.name)));
  return fieldCandidates(repl, row ? words[1] : name, token);
}

/** What `call` has in a line alone. */
const callFlags: readonly CompletionItem[] = [
  ['--form', 'what is given, in the form'],
  ['--edit', 'the request in the editor'],
  ['--last', 'the last request of this method again'],
  ['--tree', 'the reply as a tree'],
].map(([text = '', comment]) => ({ text, kind: 'flag', comment }));

function takenBy(command: string): 'service' | 'method' | 'symbol' {
  if (command === 'list' || command === 'health' || command === 'openapi') return 'service';
  return command === 'describe' || command === 'template' ? 'symbol' : 'method';
}

function takenItems(repl: Repl, takes: ReplCommand['takes']): CompletionSource {
  switch (takes) {
    case 'service':
      return serviceNames(repl);
    case 'method':
      return methodNames(repl);
    case 'symbol':
      return symbolNames(repl);
    case 'command':
      return commandNames;
    case 'saved':
      return sourceOf(savedNames(repl.io).map((text) => ({ text, kind: 'saved' })));
    case 'option':
      return sourceOf(optionNames.map((text) => ({ text, kind: 'option' })));
    default:
      return sourceOf([]);
  }
}

function fieldCandidates({ known, service }: Repl, name: string | undefined, token: string): Candidates {
  if (!known || name === undefined) return whole(sourceOf([]));
  const fitting = known.methods.filter((method) => endsAt(methodName(method), name));
  const method = fitting.find((one) => one.parent.typeName === service) ?? fitting[0];
  if (!method) return whole(sourceOf([]));
  const { skip, items } = fieldItems(method.input, token);
  return { skip, source: sourceOf(items) };
}

/** `$l` → names; `$last.us` → the members of what is really there. */
function variableItems({ lets, replies }: Repl, token: string): CompletionItem[] {
  const open = token.startsWith('${') ? '${' : '$';
  const path = token.slice(open.length);
  const dot = path.lastIndexOf('.');
  if (dot < 0) {
    const names = [...lets.keys(), ...(replies.names().length > 0 ? ['last'] : []), 'env'];
    return [
      ...names.map((name) => ({ text: open + name, kind: 'variable', open: true })),
      ...replies.names().map((name) => ({ text: open + name.slice(1), kind: 'reply', open: true })),
    ];
  }
  const [root = '', ...steps] = pathSteps(path.slice(0, dot)) ?? [];
  let value: unknown = lets.has(root) ? lets.get(root) : replies.value(root);
  for (const step of steps) value = (value as Record<string, unknown> | undefined)?.[step];
  if (typeof value !== 'object' || value === null) return [];
  const before = `${open}${path.slice(0, dot)}`;
  return Object.keys(value).map((key) => ({
    text: Array.isArray(value) ? `${before}[${key}]` : `${before}.${key}`,
    label: key,
    kind: 'value',
    open: true,
  }));
}

/** The files that go on from the path behind the first `skip` characters. */
function fileItems({ io }: Repl, token: string, skip: number): Candidates {
  const path = token.slice(skip);
  const slash = path.lastIndexOf('/') + 1;
  const entries = readdirSync(resolve(io.cwd, path.slice(0, slash) || '.'), { withFileTypes: true });
  const hidden = path.slice(slash).startsWith('.');
  const items = entries
    .filter((entry) => hidden || !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) =>
      entry.isDirectory() ? { text: `${entry.name}/`, kind: 'folder', open: true } : { text: entry.name, kind: 'file' },
    );
  return { skip: skip + slash, source: sourceOf(items) };
}

function ranked(repl: Repl, query: string, { names, item }: CompletionSource): CompletionItem[] {
  const places = recentWords(repl);
  const recent = (index: number): number | undefined => places.get(names[index] as string);
  return fuzzyRank(query, names, { limit: itemsShown, ...(places.size > 0 ? { recent } : {}) }).map(item);
}

/** Words of the newest lines, the last one 0. */
function recentWords({ history }: Repl): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const lines = history?.lines() ?? [];
  for (let at = lines.length - 1; at >= Math.max(0, lines.length - linesLookedAt); at--) {
    // A field is offered with the sign behind it.
    const words = (lines[at] as string).split(/\s+/).map((word) => /^[^=]*=?/.exec(word)![0]);
    for (const word of words) if (word !== '' && !places.has(word)) places.set(word, places.size);
  }
  return places;
}
