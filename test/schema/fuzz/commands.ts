// The commands that show a schema or use it, run as from a shell, with what no schema excuses: a bug told, or control
// characters on the way to the terminal.
import { join } from 'node:path';
import { runMain } from '../../rest/run-main.ts';

const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Command lines that take a schema, in place of `SCHEMA`. */
export function commandLines(symbols: readonly string[], folder: string): readonly (readonly string[])[] {
  return [
    ['list', 'SCHEMA'],
    ['list', 'SCHEMA', '-l'],
    ['list', 'SCHEMA', '-l', '-o', 'json'],
    ['describe', 'SCHEMA'],
    ['describe', 'SCHEMA', '-o', 'json'],
    ['openapi', 'SCHEMA'],
    ['openapi', 'SCHEMA', '--yaml'],
    ['export', 'SCHEMA', '--out', join(folder, 'out')],
    ['__complete', 'describe', 'SCHEMA', ''],
    ...symbols.flatMap((symbol) => [
      ['describe', 'SCHEMA', symbol],
      ['template', 'SCHEMA', symbol],
      ['template', 'SCHEMA', symbol, '--form', 'fields'],
      ['rest', 'SCHEMA', symbol],
      ['call', 'SCHEMA', symbol, '-d', '{}', '--rest', 'full'],
      ['call', 'SCHEMA', symbol, '-d', '{}', '-o', 'text'],
      ['call', 'SCHEMA', symbol, '-d', '{}', '--dry-run'],
    ]),
  ];
}

/** Runs a command line with these words for `SCHEMA`; undefined if it went as it should, whatever its exit code. */
export async function commandFault(line: readonly string[], schema: readonly string[]): Promise<string | undefined> {
  const { exit, out, err } = await runMain(line.flatMap((word) => (word === 'SCHEMA' ? schema : [word])));
  const fault = exit === 1 || err.includes('a bug in grepl');
  const shown = unsafe.test(out + err);
  return fault || shown ? `${line.join(' ')}: exit ${exit}\n${JSON.stringify((out + err).slice(0, 3000))}` : undefined;
}
