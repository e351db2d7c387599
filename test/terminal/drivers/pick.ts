// Asks to pick one of many methods and prints the answer as JSON; `editor` first lends the terminal to another program.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Asking } from '../../../src/prompt/machine.ts';
import { type PickAnswer, type PickState, pickMachine } from '../../../src/prompt/pick.ts';
import { openTerminal } from '../../../src/prompt/terminal.ts';
import { loadStyle } from '../../../src/render/style.ts';
import { io } from './io.ts';

const has = (word: string): boolean => process.argv.includes(word);
const verbs = ['Get', 'List', 'Create', 'Update', 'Delete'];
const nouns = ['Item', 'Index', 'Account', 'Order', 'Shelf'];
const rows = verbs.flatMap((verb) =>
  nouns.map((noun) => ({
    label: `shop.v1.${noun}Service/${verb}${noun}`,
    detail: 'unary',
    mark: '→',
    description: `${verb}${noun}Request → ${noun}`,
    key: `${verb}${noun}`,
  })),
);

/** Another program, while messages arrive for the prompt that is asked. */
async function editor(asking: Asking<PickState, PickAnswer>): Promise<void> {
  const child = spawn('/bin/sh', ['-c', 'echo editing; read answer; echo saved'], { stdio: 'inherit' });
  const timer = setInterval(() => {
    asking.update((state) => ({ ...state }));
    asking.print('a message meanwhile');
    clearInterval(timer);
  }, 50);
  await once(child, 'exit');
}

async function run(): Promise<void> {
  const style = await loadStyle({ color: !has('plain'), ascii: false, width: 80 });
  const terminal = openTerminal(io, { plain: has('plain'), style });
  try {
    if (has('lend')) {
      const said = await terminal.lend(async () =>
        execFileSync('/bin/sh', ['-c', 'stty -a | grep -o "[-]*icanon"; read answer; echo "read $answer"'], {
          stdio: ['inherit', 'pipe', 'inherit'],
          encoding: 'utf8',
        }),
      );
      await terminal.write(said);
    }
    const asking = terminal.ask(pickMachine({ title: 'Methods', rows, style }));
    const storm = has('storm') ? setInterval(() => asking.update((state) => ({ ...state })), 0) : undefined;
    if (has('lend-while')) await terminal.lend(() => editor(asking));
    const answer = await asking.answer;
    clearInterval(storm);
    io.stdout.write(`${JSON.stringify(answer.type === 'picked' ? answer.row.key : answer)}\n`);
  } finally {
    terminal.close();
  }
}

run().then(() => process.exit(0));
