// The manual page: all of the tables is in it, and the programs that show manual pages have nothing to say against it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { flagRows } from '../../src/commands/flags.ts';
import { manPage } from '../../src/commands/man.ts';
import { commandRows, replRow } from '../../src/commands/table.ts';
import { root } from '../support/packed.ts';
import { runGrepl } from '../support/run-grepl.ts';

const page = manPage();

test('grepl man and the package have the same page', async () => {
  const run = await runGrepl(['man']);
  expect([run.exit, run.stderr, run.stdout]).toEqual([0, '', page]);
  expect(readFileSync(join(root, 'dist', 'grepl.1'), 'utf8')).toBe(page);
});

test('it is ASCII, and no text begins like a request of roff', () => {
  expect(page).toMatch(/^[\x20-\x7e\n]+$/);
  const requests = new Set(page.split('\n').flatMap((line) => /^[.'](\w*)/.exec(line)?.[1] ?? []));
  expect([...requests].sort()).toEqual(['PP', 'RE', 'RS', 'SH', 'SS', 'TH', 'TP', 'ad', 'br', 'fi', 'nf', 'nh']);
});

/** The programs that show manual pages, with the arguments that make them complain. */
const viewers: readonly (readonly [name: string, ...args: string[]])[] = [
  ['groff', '-ww', '-man', '-Tutf8', '-z'],
  ['mandoc', '-T', 'lint', '-W', 'warning'],
];
for (const [name, ...args] of viewers) {
  test(`${name} shows it without a warning`, (context) => {
    const done = spawnSync(name, args, { input: page, encoding: 'utf8' });
    if (done.error) context.skip(`needs ${name}`);
    const said = `${done.stdout}${done.stderr}`.split('\n');
    // A date would make two builds differ.
    expect(said.filter((line) => line !== '' && !line.includes('missing date'))).toEqual([]);
  });
}

/** The page without its macros and escapes. */
const plain = page
  .replace(/^\.\w+ ?/gm, '')
  .replace(/\\f[BIP]/g, '')
  .replace(/\\\[u([0-9A-F]+)\]/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
  .replace(/\\\((?:aq|ga|ha|ti)/g, (name) => "'`^~"['aq ga ha ti'.split(' ').indexOf(name.slice(2))]!)
  .replace(/\\(?:&|(-))/g, '$1')
  .replaceAll('\\e', '\\');

test('it has every command, flag, example, exit code', () => {
  for (const { name, words, summary, examples } of [...commandRows, replRow])
    for (const text of [`${name === replRow.name ? 'grepl' : name} ${words}`, summary, ...examples])
      expect(plain).toContain(text);
  for (const row of flagRows.filter(({ hidden }) => !hidden)) {
    expect(plain).toMatch(new RegExp(`^${row.short ? `-${row.short}, ` : ''}--${row.name}( .*)?$`, 'm'));
    expect(plain).toContain(row.help);
  }
  for (const code of ['0 ', '6 ', '65 CANCELLED', '80 UNAUTHENTICATED', '130, 143, 141']) expect(plain).toContain(code);
});
