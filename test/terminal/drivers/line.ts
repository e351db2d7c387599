// Asks for lines until one says `exit`, prints each as JSON on stdout. Arguments switch on what a test wants to see.
import { createServer } from 'node:net';
import { type Completion, type LineState, lineMachine } from '../../../src/prompt/line.ts';
import { openTerminal, type Terminal } from '../../../src/prompt/terminal.ts';
import { loadStyle } from '../../../src/render/style.ts';
import { io } from './io.ts';

const has = (word: string): boolean => process.argv.includes(word);
const words = ['call', 'connect', 'copy', 'GetItem', 'GetIndex', 'ListItems', 'UpdateItem', 'describe'];

function complete(text: string, cursor: number): Completion {
  const from = text.lastIndexOf(' ', cursor - 1) + 1;
  const typed = text.slice(from, cursor).toLowerCase();
  const items = words.filter((word) => word.toLowerCase().startsWith(typed));
  return { from, to: cursor, items: items.map((item) => ({ text: item, kind: 'word', comment: `what ${item} does` })) };
}

async function run(): Promise<void> {
  // A live channel: something that keeps the process alive and must not keep the prompt from ending.
  if (has('channel')) createServer().listen(0, '127.0.0.1');
  if (has('pid')) io.stdout.write(`pid ${process.pid}\n`);
  const style = await loadStyle({ color: process.env.NO_COLOR === undefined, ascii: false, width: 80 });
  const terminal = openTerminal(io, { plain: has('plain'), style });
  const history: string[] = ['call GetItem id=1', 'describe Item'];
  let count = 0;
  const lines = (more: number): string => Array.from({ length: more }, () => `message ${++count}`).join('\n');
  try {
    let state: LineState | undefined;
    for (;;) {
      const machine = lineMachine({ before: () => style.cyan('demo> '), history: [...history], complete, style });
      const asking = terminal.ask(machine, { state });
      state = undefined;
      const timer = has('messages') ? setInterval(() => asking.print(`message ${++count}`), 5) : undefined;
      const flood = has('flood') ? setInterval(() => asking.print(lines(25)), 5) : undefined;
      const answer = await asking.answer;
      clearInterval(timer);
      clearInterval(flood);
      io.stdout.write(`${JSON.stringify('text' in answer ? { type: answer.type, text: answer.text } : answer.type)}\n`);
      if (answer.type === 'end' || (answer.type === 'line' && answer.text === 'exit')) return;
      if (answer.type === 'line' && answer.text === 'throw') throw new Error('thrown on purpose');
      if (answer.type === 'line' && answer.text === 'abort') await aborted(terminal);
      if (answer.type === 'line' && answer.text === 'leave') process.exit(7);
      if (answer.type === 'line' && answer.text === 'wait') await wait(terminal.onInterrupt.bind(terminal));
      if (answer.type === 'line') history.push(answer.text);
      if (answer.type === 'help' || answer.type === 'search') state = answer.state;
    }
  } finally {
    terminal.close();
  }
}

/** A prompt taken away, and in the same moment the next one asked. */
async function aborted(terminal: Terminal): Promise<void> {
  const stop = new AbortController();
  const machine = lineMachine({
    before: () => 'message> ',
    history: [],
    complete: () => ({ from: 0, to: 0, items: [] }),
  });
  const asking = terminal.ask(machine, { signal: stop.signal });
  const failed = asking.answer.catch((error: unknown) => terminal.write(`gone: ${String(error)}\n`));
  await new Promise((resolve) => setTimeout(resolve, 50));
  stop.abort('over');
  asking.print('printed after it');
  await terminal.write('first half, ');
  await terminal.write('second half\n');
  void failed;
}

/** A call that takes long: until Ctrl-C. */
async function wait(onInterrupt: (listener: () => void) => () => void): Promise<void> {
  io.stderr.write('working\n');
  await new Promise<void>((resolve) => {
    const alive = setInterval(() => {}, 1000);
    const off = onInterrupt(() => {
      clearInterval(alive);
      off();
      resolve();
    });
  });
  io.stderr.write('cancelled\n');
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    io.stderr.write(`failed: ${String(error)}\n`);
    process.exit(1);
  },
);
