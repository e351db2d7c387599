import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Io } from '../../src/io.ts';
import { type EditState, editOf, pressInEdit } from '../../src/prompt/edit.ts';
import { keyName } from '../../src/prompt/keys.ts';
import { lineMachine } from '../../src/prompt/line.ts';
import type { Machine } from '../../src/prompt/machine.ts';
import { pickMachine } from '../../src/prompt/pick.ts';
import { openTerminal, type Terminal } from '../../src/prompt/terminal.ts';
import { plainStyle } from '../../src/render/style.ts';

interface Bench {
  readonly terminal: Terminal;
  readonly stdin: PassThrough;
  readonly interrupt: () => void;
  said(): string;
}

function bench(signal: AbortSignal = new AbortController().signal): Bench {
  const stdin = new PassThrough();
  const stderr = new PassThrough();
  const interrupts: (() => void)[] = [];
  let said = '';
  stderr.on('data', (chunk) => {
    said += String(chunk);
  });
  const off = (): void => {};
  const io: Io = {
    stdin,
    stdout: new PassThrough(),
    stderr,
    env: {},
    signal,
    cwd: '/',
    packageRoot: '/',
    now: () => 0,
    hooks: {
      onExit: () => off,
      onContinue: () => off,
      onInterrupt(listener) {
        interrupts.push(listener);
        return () => interrupts.splice(interrupts.indexOf(listener), 1);
      },
      stop: off,
    },
  };
  const terminal = openTerminal(io, { plain: true, style: plainStyle });
  return { terminal, stdin, said: () => said, interrupt: () => interrupts.at(-1)?.() };
}

const line = lineMachine({
  before: () => 'demo> ',
  history: [],
  complete: () => ({ from: 0, to: 0, items: [] }),
  unfinished: (text) => text.startsWith('{') && !text.endsWith('}'),
});

test('lines answer, those typed before they are asked for too', async () => {
  const { terminal, stdin, said } = bench();
  stdin.write('one\r\ntwo\nhal');
  expect(await terminal.ask(line).answer).toEqual({ type: 'line', text: 'one' });
  expect(await terminal.ask(line).answer).toEqual({ type: 'line', text: 'two' });
  stdin.end('f');
  expect(await terminal.ask(line).answer).toEqual({ type: 'line', text: 'half' });
  expect(await terminal.ask(line).answer).toEqual({ type: 'end' });
  expect(said()).toBe('demo> demo> demo> demo> ');
});

test('an unfinished line continues', async () => {
  const { terminal, stdin, said } = bench();
  stdin.write('{\n"a": 1\n}\n');
  expect(await terminal.ask(line).answer).toEqual({ type: 'line', text: '{\n"a": 1\n}' });
  expect(said()).toBe('demo> ... ... ');
});

test('Ctrl-C ends the question, and between questions goes to the newest listener', async () => {
  const { terminal, interrupt } = bench();
  const asking = terminal.ask(line);
  await new Promise(setImmediate);
  interrupt();
  expect(await asking.answer).toEqual({ type: 'interrupt', text: '' });
  const heard: string[] = [];
  terminal.onInterrupt(() => heard.push('first'));
  const off = terminal.onInterrupt(() => heard.push('second'));
  interrupt();
  off();
  interrupt();
  expect(heard).toEqual(['second', 'first']);
});

test('a signal takes the question away', async () => {
  const stop = new AbortController();
  const { terminal } = bench(stop.signal);
  const { answer } = terminal.ask(line);
  stop.abort(new Error('terminated'));
  await expect(answer).rejects.toThrow('terminated');
});

test('a picker is a numbered list', async () => {
  const rows = ['GetItem', 'GetIndex', 'List'].map((label) => ({ label, key: label }));
  const { terminal, stdin, said } = bench();
  stdin.write('get\n2\nList\n7\n\n');
  const pick = pickMachine({ title: 'Methods', rows });
  expect(await terminal.ask(pick).answer).toMatchObject({ type: 'picked', row: { key: 'GetIndex' } });
  expect(said()).toBe(
    'Methods:\n1 GetItem\n2 GetIndex\n3 List\nnumber or text, nothing to leave: ' +
      'Methods, 2 with get:\n1 GetItem\n2 GetIndex\nnumber or text, nothing to leave: ',
  );
  expect(await terminal.ask(pick).answer).toMatchObject({ type: 'picked', row: { key: 'List' } });
  expect(await terminal.ask(pick).answer).toMatchObject({ type: 'left' });
});

test('a machine without a plain form is asked by its rows, and its line is typed', async () => {
  const machine: Machine<EditState, string> = {
    start: editOf('default'),
    press(state, key) {
      if (keyName(key) === 'return') return { answer: state.text };
      return { state: pressInEdit(state, key) ?? state };
    },
    view: ({ text, cursor }) => ({ above: ['Title'], input: { before: 'name: ', text, cursor }, below: ['hint'] }),
  };
  const { terminal, stdin, said } = bench();
  stdin.write('\nother\n');
  expect(await terminal.ask(machine).answer).toBe('default');
  expect(await terminal.ask(machine).answer).toBe('other');
  expect(said()).toContain('Title\nhint\nname: [default] ');
});

test('what is printed meanwhile stands on lines of its own', async () => {
  const { terminal, stdin, said } = bench();
  const asking = terminal.ask(line);
  await new Promise(setImmediate);
  asking.print('message');
  stdin.write('x\n');
  await asking.answer;
  expect(said()).toBe('demo> \nmessage\n');
});
