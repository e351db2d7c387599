// What could be meant at the cursor: commands, services, methods, field paths, values, variables, files. Everything comes
// from what is loaded already, so that a key is answered at once.
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { flagsOf } from '../commands/table.ts';
import { fuzzyRank } from '../prompt/fuzzy.ts';
import type { Completion, CompletionItem } from '../prompt/line.ts';
import { kindWords } from '../render/list.ts';
import { callRow } from './call-words.ts';
import { endsAt, methodName, shortName } from './catalog.ts';
import { optionNames } from './commands/options.ts';
import { fieldItems } from './completion-fields.ts';
import { lineCommands } from './run-line.ts';
import type { Repl } from './state.ts';
import { findReplCommand, replCommands } from './table.ts';
import { pathSteps } from './variables.ts';

const itemsShown = 200;

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
      const { skip, items } = candidates(repl, words, token);
      return { from: from + skip, to: cursor, items: ranked(token.slice(skip), items) };
    } catch {
      return { from: cursor, to: cursor, items: [] };
    }
  };
}

/** Items that stand for the token, whose first `skip` characters stay. */
interface Candidates {
  readonly skip: number;
  readonly items: readonly CompletionItem[];
}

const whole = (items: readonly CompletionItem[]): Candidates => ({ skip: 0, items });

function candidates(repl: Repl, words: readonly string[], token: string): Candidates {
  const variable = /\$\{?[\w.[\]"-]*$/.exec(token);
  if (variable) return { skip: variable.index, items: variableItems(repl, variable[0]) };
  const [name] = words;
  // What stands behind a pipe is another program's.
  if (words.some((word) => word.startsWith('|'))) return whole([]);
  if (words.at(-1) === '>' || words.at(-1) === '>>') return fileItems(repl, token, 0);
  if (name === undefined) return whole([...methodItems(repl), ...commandItems()]);
  const file = /^(?:[^=]*=)?@/.exec(token);
  if (file) return fileItems(repl, token, file[0].length);
  const own = findReplCommand(name);
  if (own) {
    const choices = (own.choices ?? []).map((text) => ({ text, kind: 'word' }));
    if (own.takes === 'file') return fileItems(repl, token, 0);
    return whole([...choices, ...takenItems(repl, own.takes)]);
  }
  const row = lineCommands.find((one) => one.name === name);
  if (token.startsWith('-')) {
    return whole(flagsOf(row ?? callRow).map((flag) => ({ text: `--${flag.name}`, kind: 'flag', comment: flag.help })));
  }
  if (row && words.length === 1) return whole(takenItems(repl, takenBy(row.name)));
  return fieldCandidates(repl, row ? words[1] : name, token);
}

function takenBy(command: string): 'service' | 'method' | 'symbol' {
  if (command === 'list' || command === 'health' || command === 'openapi') return 'service';
  return command === 'describe' || command === 'template' ? 'symbol' : 'method';
}

function takenItems(repl: Repl, takes: 'service' | 'method' | 'symbol' | 'command' | 'option' | 'file' | undefined) {
  switch (takes) {
    case 'service':
      return serviceItems(repl);
    case 'method':
      return methodItems(repl);
    case 'symbol':
      return [...methodItems(repl), ...serviceItems(repl), ...typeItems(repl)];
    case 'command':
      return commandItems();
    case 'option':
      return optionNames.map((text) => ({ text, kind: 'option' }));
    default:
      return [];
  }
}

function commandItems(): CompletionItem[] {
  return [...lineCommands, ...replCommands].map((row) => ({ text: row.name, kind: 'command', comment: row.summary }));
}

function serviceItems({ known }: Repl): CompletionItem[] {
  return (known?.services ?? []).map((text) => ({ text, kind: 'service' }));
}

function methodItems({ known }: Repl): CompletionItem[] {
  if (!known) return [];
  return known.methods.map((method) => ({
    text: shortName(method, known),
    kind: kindWords[method.methodKind],
    comment: method.parent.typeName,
  }));
}

function typeItems({ known }: Repl): CompletionItem[] {
  const names = new Set(known?.methods.flatMap((method) => [method.input.typeName, method.output.typeName]));
  return [...names].map((text) => ({ text, kind: 'message' }));
}

function fieldCandidates({ known, service }: Repl, name: string | undefined, token: string): Candidates {
  if (!known || name === undefined) return whole([]);
  const fitting = known.methods.filter((method) => endsAt(methodName(method), name));
  const method = fitting.find((one) => one.parent.typeName === service) ?? fitting[0];
  return method ? fieldItems(method.input, token) : whole([]);
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
  return { skip: skip + slash, items };
}

function ranked(query: string, items: readonly CompletionItem[]): CompletionItem[] {
  if (query === '') return items.slice(0, itemsShown);
  const hits = fuzzyRank(
    query,
    items.map((item) => item.text),
    { limit: itemsShown },
  );
  return hits.flatMap((index) => items[index] ?? []);
}
