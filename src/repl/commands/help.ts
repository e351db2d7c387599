// Help of the REPL: examples first, then the words, drawn from the two tables.
import { helpTopics } from '../../commands/help-topics.ts';
import { type CommandRow, flagsOf } from '../../commands/table.ts';
import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { wrapCells } from '../../render/columns-wrap.ts';
import type { Style } from '../../render/style.ts';
import { nearest } from '../../schema/nearest.ts';
import { quoted } from '../../schema/quote.ts';
import { loadStyleFor } from '../output.ts';
import { lineCommands } from '../run-line.ts';
import { findReplCommand, type LineInput, type ReplCommand, replCommands } from '../table.ts';

/** `help [COMMAND]`. */
export async function help({ repl, io, words }: LineInput): Promise<number> {
  const style = await loadStyleFor(repl, io);
  const [name] = words;
  const text = name === undefined ? overview(style) : about(name, style);
  await write(io.stdout, style.ascii ? text.replaceAll('…', '...') : text);
  return 0;
}

function overview(style: Style): string {
  const start = [
    ['ls', 'what there is to call'],
    ['desc GetUser', 'what it takes and gives'],
    ['GetUser user_id=u-1', 'a method by its name is a call'],
    ['call', 'pick a method and fill in the form'],
    ['GetUser user_id=$last.id | jq .', 'replies are $1, $2 … $last'],
  ];
  const isWide = style.width > 70;
  const examples = start.map(([line = '', what = '']) =>
    isWide ? `  ${style.cyan(line.padEnd(32))} ${style.dim(what)}` : `  ${style.cyan(line)}\n      ${style.dim(what)}`,
  );
  const commands = [...lineCommands.map(lineRow), ...replCommands].flatMap((row) =>
    wrapCells(`  ${row.name.padEnd(11)}${row.summary}`, style.width - 1, 13),
  );
  return `${examples.join('\n')}\n\n${commands.join('\n')}\n\n  help COMMAND shows examples and words of one; so does COMMAND ?\n`;
}

function about(name: string, style: Style): string {
  const own = findReplCommand(name);
  if (own) return page(own, [], style);
  const row = lineCommands.find((one) => one.name === name);
  if (row) return page(lineRow(row), [...(row.name === 'call' ? lineFlags : []), ...flagLines(row)], style);
  const topic = helpTopics.get(name);
  if (topic !== undefined) return topic;
  const names = [...[...replCommands, ...lineCommands].map((one) => one.name), ...helpTopics.keys()];
  const close = nearest(name, names);
  throw new UserError(2, `no command ${quoted(name)}`, {
    hint: close.length > 0 ? `nearest: ${close.join(', ')}` : 'desc shows methods and types',
  });
}

/** Flags of `call` that only lines have. */
const lineFlags = [
  ['--form', 'the form, with what is on the line filled in'],
  ['--edit, --json', 'the request as JSON in the editor'],
  ['--last', "begins with the method's last request"],
  ['--saved NAME', 'begins with a saved request'],
  ['--tree', 'the reply as a tree'],
].map(([flag = '', what = '']) => `      ${flag.padEnd(30)} ${what}`);

type Shown = Pick<ReplCommand, 'name' | 'words' | 'summary' | 'examples'>;

/** A command of the shell as lines have it: without `grepl` and ADDRESS. */
function lineRow(row: CommandRow): Shown {
  return {
    name: row.name,
    words: row.words.replace(/\[?ADDRESS\]? ?/, ''),
    summary: row.summary,
    examples: row.examples
      .filter((example) => !example.includes(' < '))
      .map((example) => example.replace(/^grepl /, '').replace(/ :50051/, '')),
  };
}

function page(row: Shown, flags: readonly string[], style: Style): string {
  const examples = row.examples.map((example) => `  ${style.cyan(example)}`).join('\n');
  const indented = flags.flatMap((line) => wrapCells(line, style.width - 1, 37));
  const list = indented.length > 0 ? `\n${indented.join('\n')}\n` : '';
  const words = wrapCells(`  ${row.name} ${row.words}`.trimEnd(), style.width - 1, 4).join('\n');
  return `${examples}\n\n${words}\n  ${row.summary}\n${list}`;
}

function flagLines(row: CommandRow): string[] {
  return flagsOf(row)
    .filter(
      (flag) => !flag.hidden && flag.group !== 'general' && flag.group !== 'schema' && flag.group !== 'connection',
    )
    .flatMap((flag) => {
      const value = flag.choices?.join('|') ?? flag.value ?? '';
      const spelled = `${flag.short ? `-${flag.short}, ` : '    '}--${flag.name} ${value}`.trimEnd();
      // A long one has its line alone.
      return spelled.length > 34
        ? [`  ${spelled}`, `${' '.repeat(37)}${flag.help}`]
        : `  ${spelled.padEnd(34)} ${flag.help}`;
    });
}
