// What every file of src/ keeps to, as far as its text shows it: nothing that runs foreign text, one way out of the process,
// a word of explanation on everything that is exported.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const names = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.ts$/.test(name),
);
const sources = new Map(names.map((name) => [`src/${name}`, readFileSync(join(root, 'src', name), 'utf8')]));
const programs = new Map(['grepl.js', 'code-cache.js', 'start.js'].map((name) => [`bin/${name}`, read(`bin/${name}`)]));

function read(name: string): string {
  return readFileSync(join(root, name), 'utf8');
}

/** The lines of code, comments left out, that match, as `file:line text`. */
function found(pattern: RegExp, files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([name, text]) =>
    text.split('\n').flatMap((line, at) => {
      const code = line.replace(/^\s*(?:\/\/|\*|\/\*).*$/, '');
      return pattern.test(code) ? [`${name}:${at + 1} ${line.trim()}`] : [];
    }),
  );
}

const filesOf = (lines: readonly string[]): string[] => [...new Set(lines.map((line) => line.replace(/:.*/s, '')))];

test('text is not run as code', () => {
  const pattern = /\beval\(|\bFunction\(|\bnode:vm\b|\bset(?:Timeout|Interval)\(['"`]/;
  expect(found(pattern, new Map([...sources].filter(([name]) => !name.startsWith('src/demo/'))))).toEqual([]);
});

test('programs are started in few places, with their words apart', () => {
  expect(filesOf(found(/child_process/, sources)).sort()).toEqual([
    'src/commands/editor.ts',
    'src/demo/tour.ts',
    // What a person types behind | goes to a shell: the one place with a command line as text.
    'src/repl/pager.ts',
    'src/repl/sink.ts',
  ]);
  const other = /\{[^}]*\b(?:exec|execSync|execFile|fork)\b[^}]*\} (?:=|from).*child_process|\bshell: true\b/;
  expect(found(other, sources)).toEqual([]);
});

test('one file ends the process', () => {
  expect(filesOf(found(/\bprocess\.(?:exit|kill|abort)\(/, new Map([...sources, ...programs])))).toEqual([
    'bin/grepl.js',
  ]);
});

test('what is gathered under names from outside is gathered in Maps', () => {
  const growing = /: (?:Record<string,|\{ \[\w+: string\]).*= \{\};?$/;
  // Its keys are the names of fields of descriptor.proto.
  const known = ['src/schema/descriptor-message.ts'];
  expect(filesOf(found(growing, sources)).filter((name) => !known.includes(name))).toEqual([]);
});

test('every file begins by saying why it exists', () => {
  const silent = [...sources, ...programs]
    .filter(([, text]) => !/^(?:#!.*\n)?\/\/ \S/.test(text))
    .map(([name]) => name);
  expect(silent).toEqual([]);
});

test('every exported function and class says what it does', () => {
  const exported =
    /^export (?:async )?function\b|^export (?:abstract )?class\b|^export const \w+[^=]*= (?:async )?(?:\([^)]*\)|\w+)[^=;{]*=>/;
  const silent = [...sources].flatMap(([name, text]) => {
    const lines = text.split('\n');
    const at = lines.flatMap((line, index) =>
      exported.test(line) && !/\*\/$/.test(lines[index - 1] ?? '') ? [index] : [],
    );
    return at.map((index) => `${name}:${index + 1} ${lines[index]}`);
  });
  expect(silent).toEqual([]);
});

test('no file is longer than 300 lines', () => {
  const generated = /^\/\/.*[Gg]enerated|do not edit/m;
  const long = [...sources].filter(([, text]) => text.split('\n').length > 301 && !generated.test(text.slice(0, 600)));
  expect(long.map(([name]) => name)).toEqual([]);
});

test('no file names the address of a package registry', () => {
  const skipped = /^(?:node_modules|dist|out|\.git)\//;
  const all = readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return [entry.name];
    if (!entry.isDirectory() || skipped.test(`${entry.name}/`)) return [];
    const below = readdirSync(join(root, entry.name), { recursive: true, withFileTypes: true });
    return below.filter((file) => file.isFile()).map((file) => relative(root, join(file.parentPath, file.name)));
  });
  const address =
    /registry\.(?:npmjs|yarnpkg)\.|files\.pythonhosted\.|static\.crates\.io|proxy\.golang\.|repo1?\.maven\./;
  expect(all.filter((name) => address.test(read(name)))).toEqual([]);
});
