// One question and one typed answer at the terminal: trust, production.
import type { Io } from '../io.ts';
import { lineMachine } from '../prompt/line.ts';
import type { Terminal } from '../prompt/terminal.ts';
import { visible } from '../render/visible.ts';
import type { Flags } from './flags.ts';
import { withTerminal } from './terminal-once.ts';

/** Prints the lines and asks; undefined when the person leaves without an answer. */
export async function askWord(
  terminal: Terminal,
  lines: readonly string[],
  before: string,
): Promise<string | undefined> {
  await terminal.write(lines.map((line) => `${visible(line)}\n`).join(''));
  const machine = lineMachine({
    before: () => before,
    history: [],
    complete: (text) => ({ from: text.length, to: text.length, items: [] }),
  });
  const answer = await terminal.ask(machine).answer;
  return answer.type === 'line' ? answer.text : undefined;
}

/** As askWord, on a terminal that is opened for this question alone. */
export function askWordOnce(
  io: Io,
  flags: Flags,
  lines: readonly string[],
  before: string,
): Promise<string | undefined> {
  return withTerminal(io, flags, io.stderr, (terminal) => askWord(terminal, lines, before));
}
