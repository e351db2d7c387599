// How long keys take in the long lists of the REPL, without a terminal: `key-times complete` walks a completion among
// 52,000 types, `key-times pick` a picker of 10,000 rows. Prints the milliseconds of each key that searches, drawing
// included, as JSON; a process for each walk, as the first keys of a session meet code that has never run.
import { namedKey } from '../../src/prompt/keys.ts';
import { lineMachine } from '../../src/prompt/line.ts';
import type { Machine } from '../../src/prompt/machine.ts';
import { pickMachine } from '../../src/prompt/pick.ts';
import { completer } from '../../src/repl/completion.ts';
import { Replies } from '../../src/repl/replies.ts';
import type { Repl } from '../../src/repl/state.ts';

const size = { columns: 120, rows: 40 };
const packageOf = (n: number): string => `company.area${n % 60}.part${n}.v1`;
const typing = (text: string): string[] => [...text].map((letter) => (letter === ' ' ? 'space' : letter));

/** Milliseconds of each key. Throws when a key ends the prompt, and when `shows` is not on the screen behind the last. */
function walk<State, Answer>(machine: Machine<State, Answer>, names: readonly string[], shows: RegExp): number[] {
  let state = machine.start;
  let lines: readonly string[] = [];
  const times = names.map((name) => {
    const key = namedKey(name);
    const from = performance.now();
    const step = machine.press(state, key);
    if (!('state' in step)) throw new Error(`${name} ended the prompt`);
    state = step.state;
    lines = machine.view(state, size).below;
    return performance.now() - from;
  });
  if (!lines.some((line) => shows.test(line))) throw new Error(`${shows} is not in ${JSON.stringify(lines)}`);
  return times;
}

/** The list opens on names that nearly all fit, and follows what is typed. */
function complete(): number[] {
  const types = Array.from({ length: 52_000 }, (_, n) => `${packageOf(n >> 3)}.Message${n & 7}`);
  const known = { services: [], methods: [] };
  const repl = { known, types, lets: new Map(), replies: new Replies() } as unknown as Repl;
  const machine = lineMachine({ before: () => '> ', history: [], text: 'describe me', complete: completer(repl) });
  return walk(machine, ['tab', 'tab', ...typing('ssage3'), 'backspace', ...typing('5')], /Message5/);
}

/** Letters that nearly all rows have, then a second term. */
function pick(): number[] {
  const rows = Array.from({ length: 10_000 }, (_, n) => ({
    label: `${packageOf(n >> 2)}.Service${n >> 2}/GetMessage${n & 3}`,
    detail: `unary  Message${n & 3} → Message${(n + 1) & 3}`,
    key: String(n),
  }));
  const machine = pickMachine({ title: 'method', rows });
  return walk(machine, [...typing('getmes'), 'backspace', 'backspace', ...typing(' part77')], /part77/);
}

const walks = new Map([
  ['complete', complete],
  ['pick', pick],
]);
console.log(JSON.stringify(walks.get(process.argv[2] ?? '')!()));
