// The shape of the source, held by a machine: which folder may import which, no cycles, no process outside the edge.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..', 'src');
const order = ['wire', 'schema', 'codec', 'rpc', 'rest', 'gateway', 'render', 'prompt', 'commands', 'repl'];
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const source = new Map(files.map((name) => [name, readFileSync(join(root, name), 'utf8')]));

/** Relative imports of a file as paths below src/; `dynamic` ones do not count for cycles. */
function imports(name: string): { to: string; dynamic: boolean }[] {
  const found = [...source.get(name)!.matchAll(/(?:from|import)\s+'(\.[^']+)'|import\('(\.[^']+)'\)/g)];
  return found.map((match) => ({
    to: relative(root, resolve(root, dirname(name), (match[1] ?? match[2])!)),
    dynamic: match[2] !== undefined,
  }));
}

const folderOf = (name: string): string => (name.includes('/') ? name.slice(0, name.indexOf('/')) : '');

test('files import their own folder, folders to the left, io.ts and errors.ts', () => {
  const wrong: string[] = [];
  for (const name of files) {
    const from = folderOf(name);
    for (const { to } of imports(name)) {
      const folder = folderOf(to);
      if (folder === from || to === 'io.ts' || to === 'errors.ts' || name === 'main.ts') continue;
      const toDemo = folder === 'demo' && name === 'commands/demo.ts';
      const toLeft =
        from !== 'demo' && folder !== 'demo' && order.indexOf(folder) < order.indexOf(from) && folder !== '';
      if (!toLeft && !toDemo) wrong.push(`${name} imports ${to}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('every import leads to a file', () => {
  const missing = files.flatMap((name) =>
    imports(name)
      .filter(({ to }) => !source.has(to))
      .map(({ to }) => `${name} imports ${to}`),
  );
  expect(missing).toEqual([]);
});

test('there is no import cycle at run time', () => {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (path.includes(name)) cycles.push([...path.slice(path.indexOf(name)), name].join(' > '));
    if (path.includes(name) || done.has(name)) return;
    for (const { to, dynamic } of runTimeImports(name)) if (!dynamic && source.has(to)) visit(to, [...path, name]);
    done.add(name);
  };
  for (const name of files) visit(name, []);
  expect(cycles).toEqual([]);
});

/** Imports that are there after types are stripped. */
function runTimeImports(name: string): { to: string; dynamic: boolean }[] {
  const typeOnly = new Set(
    [...source.get(name)!.matchAll(/(?:import|export) type [^;]*? from '(\.[^']+)'/g)].map((match) =>
      relative(root, resolve(root, dirname(name), match[1]!)),
    ),
  );
  return imports(name).filter(({ to }) => !typeOnly.has(to));
}

test('the process is a parameter: no process, console, eval or Function in the code', () => {
  const wrong: string[] = [];
  for (const [name, text] of source) {
    if (name === 'io.ts' || name.startsWith('demo/')) continue;
    for (const [index, line] of text.split('\n').entries()) {
      const code = line.replace(/^\s*(?:\/\/|\*|\/\*).*$/, '').replace(/'[^']*'|`[^`]*`/g, "''");
      if (/\b(?:process|console)\.|\beval\(|\bnew Function\b/.test(code))
        wrong.push(`${name}:${index + 1} ${line.trim()}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('there are no default exports and no barrels', () => {
  const wrong = files.filter(
    (name) => /^export default|^export \* from/m.test(source.get(name)!) || /(?:^|\/)index\.ts$/.test(name),
  );
  expect(wrong).toEqual([]);
});
