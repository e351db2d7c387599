// Looking around in the schema: ls, find, desc, use. What is found goes to stdout; on a terminal it is laid out for a
// person, elsewhere one name a line.
import { templateFields } from '../../codec/template.ts';

import { UserError } from '../../errors.ts';
import { type Io, write } from '../../io.ts';
import { renderMethods } from '../../render/list.ts';
import { visible } from '../../render/visible.ts';
import { findService, findSymbol } from '../../schema/find.ts';
import { methodName, shortName } from '../catalog.ts';
import { quotedLine } from '../line-quote.ts';
import { loadStyleFor, rows } from '../output.ts';
import { fieldTree, methodList } from '../schema-view.ts';
import { searchSchema } from '../search.ts';
import type { Repl } from '../state.ts';
import type { LineInput } from '../table.ts';

/** Methods shown at once without a text to look for. */
const manyMethods = 300;

/** `ls [TEXT]`: methods, one a line; on a terminal with kind and types. */
export async function ls({ repl, io, words }: LineInput): Promise<number> {
  const catalog = await repl.catalog();
  const text = (words[0] ?? '').toLowerCase();
  const wanted = catalog.methods.filter((method) => methodName(method).toLowerCase().includes(text));
  if (wanted.length === 0 && catalog.methods.length > 0) {
    throw new UserError(4, `no method has "${visible(words[0] ?? '')}" in its name`, {
      hint: 'find searches everything',
    });
  }
  if (text === '' && wanted.length > manyMethods) {
    await write(io.stdout, catalog.services.map((name) => `${visible(name)}\n`).join(''));
    repl.say(
      `${wanted.length} methods in ${catalog.services.length} services: ls TEXT shows those with TEXT in the name`,
    );
    return 0;
  }
  const names = new Set(wanted.map((method) => method.parent.typeName));
  const services = [...names].map((name) => {
    const methods = wanted.filter((method) => method.parent.typeName === name);
    return { ...methods[0]!.parent, methods };
  });
  const style = await loadStyleFor(repl, io);
  const shown =
    io.stdout.isTTY === true ? methodList(services, style) : renderMethods(services, { long: false, style });
  await write(io.stdout, shown);
  return 0;
}

/** `find TEXT`: everything with TEXT in its name or comment: full name, kind, and the first line of the comment. */
export async function find({ repl, io, words }: LineInput): Promise<number> {
  const text = words.join(' ');
  if (text === '') throw new UserError(2, 'find what?', { hint: 'such as find email' });
  const files = await (await repl.link().schema()).files();
  const hits = searchSchema(
    files.map((file) => file.proto),
    text,
  );
  if (hits.length === 0) throw new UserError(4, `nothing in the schema has "${visible(text)}" in its name or comment`);
  const shown = hits.slice(0, 200);
  await write(
    io.stdout,
    await rows(
      repl,
      io,
      shown.map((hit) => [hit.name, hit.kind, hit.comment]),
    ),
  );
  if (hits.length > shown.length) repl.say(`and ${hits.length - shown.length} more`);
  return 0;
}

/** `desc SYMBOL [--json|--tree]`: as describe, with the line that calls a method; or the fields as a tree. */
export async function desc({ repl, io, words, run }: LineInput): Promise<number> {
  const symbols = words.filter((word) => !word.startsWith('--')).map((word) => methodInUse(repl, word));
  if (symbols.length === 0 && repl.service !== undefined) symbols.push(repl.service);
  if (words.includes('--tree')) return tree(repl, io, symbols);
  const format = words.includes('--json') ? ['-o', 'json'] : [];
  const code = await run(['describe', ...symbols, ...format]);
  const [only] = symbols;
  if (code !== 0 || symbols.length !== 1 || only === undefined || !io.stdout.isTTY || format.length > 0) return code;
  const symbol = await findSymbol(await repl.link().schema(), only);
  if (symbol.kind !== 'rpc') return code;
  const style = await loadStyleFor(repl, io);
  const line = quotedLine(['call', shortName(symbol, await repl.catalog()), ...templateFields(symbol.input)]);
  await write(io.stdout, `\n${style.dim('// as a line, with what is not needed left out:')}\n${line}\n`);
  return code;
}

async function tree(repl: Repl, io: Io, names: readonly string[]): Promise<number> {
  const schema = await repl.link().schema();
  const style = await loadStyleFor(repl, io);
  for (const name of names) {
    const symbol = await findSymbol(schema, name);
    if (symbol.kind !== 'rpc' && symbol.kind !== 'message')
      throw new UserError(4, `${visible(name)} is no method or message but a ${symbol.kind}: it has no fields`);
    const messages = symbol.kind === 'rpc' ? [symbol.input, symbol.output] : [symbol];
    await write(io.stdout, messages.map((message) => fieldTree(message, style)).join('\n'));
  }
  return 0;
}

/** A bare method name means that of the service in use. */
function methodInUse(repl: Repl, name: string): string {
  const own = repl.known?.methods.find((method) => method.parent.typeName === repl.service && method.name === name);
  return own ? methodName(own) : name;
}

/** `use SERVICE`: its methods go before all others of the same name; `use -` puts them all on a level. */
export async function use({ repl, io, words }: LineInput): Promise<number> {
  const [name] = words;
  if (name === undefined) {
    if (repl.service !== undefined) await write(io.stdout, `${visible(repl.service)}\n`);
    else repl.say('no service is in use; use SERVICE');
    return 0;
  }
  repl.service = name === '-' ? undefined : (await findService(await repl.link().schema(), name)).typeName;
  return 0;
}
