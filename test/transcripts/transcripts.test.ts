// Whole command lines with what they print: each `.txt` file here is a session on the demo server, run in process
// through main. A block is `$ grepl …`, then stdout, then `--- stderr` lines and `--- exit N` where there are any.
// Times are shown as N ms.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { main } from '../../src/main.ts';

interface Block {
  readonly line: string;
  readonly expected: string;
}

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0, requireToken: false });
});
afterAll(() => demo.close(100));

for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.txt'))) {
  describe(file, () => {
    for (const block of blocks(readFileSync(join(import.meta.dirname, file), 'utf8'))) {
      test(block.line, async () => {
        expect(await runLine(block.line)).toBe(block.expected);
      });
    }
  });
}

function blocks(text: string): Block[] {
  return text
    .split(/^(?=\$ )/m)
    .filter((part) => part.startsWith('$ '))
    .map((part) => {
      const [line, ...rest] = part.split('\n');
      return {
        line: line!.slice(2),
        expected: rest
          .filter((one) => !one.startsWith('#'))
          .join('\n')
          .trimEnd(),
      };
    });
}

/** `printf 'TEXT' | grepl …` or `grepl …`, with `:PORT` for the demo, split as a shell would. */
async function runLine(line: string): Promise<string> {
  const [, input, command] = /^(?:printf '([^']*)' \| )?grepl (.*)$/.exec(line) ?? [];
  const words = [...command!.matchAll(/'([^']*)'|(\S+)/g)].map((word) => word[1] ?? word[2]!);
  const address = demo.address;
  const argv = words.map((word) => (word === ':PORT' ? address : word));
  const out = sink();
  const err = sink();
  const exit = await main(argv, {
    stdin: Readable.from(input === undefined ? [] : [Buffer.from(input.replaceAll('\\n', '\n'))]),
    stdout: out.stream,
    stderr: err.stream,
    env: { NO_COLOR: '1' },
    signal: new AbortController().signal,
    cwd: join(import.meta.dirname, '..', '..'),
    packageRoot: join(import.meta.dirname, '..', '..'),
    now: () => performance.now(),
  });
  const shown = [
    out.text(),
    err.text() === '' ? '' : `--- stderr\n${err.text()}`,
    exit === 0 ? '' : `--- exit ${exit}`,
  ];
  return shown
    .map((part) => part.trimEnd())
    .filter((part) => part !== '')
    .join('\n')
    .replaceAll(address, ':PORT')
    .replace(/ {2}[\d.]+ ms$/gm, '  N ms');
}

function sink(): { stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
