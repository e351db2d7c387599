// Looking around: ls, find, desc, use.

import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { renderMethods } from '../../render/list.ts';
import { visible } from '../../render/visible.ts';
import { findService } from '../../schema/find.ts';
import { methodName } from '../catalog.ts';
import { loadStyleFor, rows } from '../output.ts';
import { searchSchema } from '../search.ts';
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
  await write(io.stdout, renderMethods(services, { long: io.stdout.isTTY === true, style }));
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

/** `desc SYMBOL [--json]`: as describe. */
export async function desc({ repl, words, run }: LineInput): Promise<number> {
  const symbols = words.filter((word) => !word.startsWith('--'));
  const format = words.includes('--json') ? ['-o', 'json'] : [];
  if (symbols.length === 0 && repl.service !== undefined) symbols.push(repl.service);
  return run(['describe', ...symbols, ...format]);
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
