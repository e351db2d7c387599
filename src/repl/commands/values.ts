// Values that are kept: let, vars, diff.
import { UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { colourJson } from '../../render/json-text.ts';
import { visible } from '../../render/visible.ts';
import { codeName } from '../../wire/status.ts';
import { methodName } from '../catalog.ts';
import { differences } from '../differences.ts';
import { loadStyleFor, rows } from '../output.ts';
import type { LineInput } from '../table.ts';

/** `let NAME = VALUE`: a variable, JSON, or text. */
export async function letValue({ repl, words, value }: LineInput): Promise<number> {
  // `id = 5`, `id 5` and `id=5` all mean the same.
  const joined = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(words[0] ?? '');
  const name = joined?.[1] ?? words[0];
  if (name === undefined || !/^[A-Za-z_]\w*$/.test(name))
    throw new UserError(2, 'let needs a name and a value', { hint: 'let id = $last.user.id' });
  if (name === 'env' || name === 'last')
    throw new UserError(2, `$${name} has a meaning of its own`, { hint: 'take another name' });
  const at = words[1] === '=' ? 2 : 1;
  if (joined) {
    repl.lets.set(name, words.length === 1 ? joined[2] : [joined[2], ...words.slice(1)].join(' '));
    return 0;
  }
  if (words.length <= at) throw new UserError(2, `let ${name} needs a value`, { hint: `let ${name} = …` });
  repl.lets.set(name, words.length === at + 1 ? value(at) : words.slice(at).join(' '));
  return 0;
}

/** `vars`: values, then replies. */
export async function vars({ repl, io }: LineInput): Promise<number> {
  const lines = [...repl.lets].map(([name, value]) => [`$${name}`, secret(name) ? '****' : short(value), '']);
  for (const record of [...repl.replies.newestFirst()].reverse()) {
    const news = record.status.code === 0 ? `${record.received} received` : codeName(record.status.code);
    lines.push([
      `$${record.number}`,
      short(repl.replies.value(String(record.number))),
      `${methodName(record.method)}, ${news}`,
    ]);
  }
  if (lines.length === 0) repl.say('no values yet; let NAME = VALUE, and $last is the newest reply');
  await write(io.stdout, await rows(repl, io, lines));
  return 0;
}

/** `x [VALUE] [--tree]`: all of the last reply, or of a value: nothing is shortened. */
export async function expand({ repl, io, words, value }: LineInput): Promise<number> {
  const isTree = words.includes('--tree');
  const at = words.findIndex((word) => word !== '--tree');
  const isWord = at >= 0 && typeof value(at) === 'string';
  const number = isWord ? /^\$?(\d+)$/.exec(words[at] ?? '')?.[1] : undefined;
  const record = repl.replies.find(number ?? 'last');
  if (at < 0 && !record) throw new UserError(2, 'there is no reply yet', { hint: 'x shows the last reply in full' });
  const isReply = at < 0 || (number !== undefined && record !== undefined);
  const found = isReply ? repl.replies.value(number ?? 'last') : value(at);
  if (found === undefined) throw new UserError(2, `$${number} has no reply`);
  const style = await loadStyleFor(repl, io);
  const json = typeof found === 'string' && !isReply ? undefined : JSON.stringify(found, null, 2);
  if (json === undefined) await write(io.stdout, `${visible(String(found), { multiline: true })}\n`);
  else if (!isTree) await write(io.stdout, `${colourJson(json, style)}\n`);
  else {
    const { treeText } = await import('../reply-tree.ts');
    const message = isReply && !Array.isArray(found) ? record?.method.output : undefined;
    await write(io.stdout, treeText(json, message, style));
  }
  return 0;
}

function secret(name: string): boolean {
  return /token|secret|password|passwd|api_?key/i.test(name);
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** `diff A B`: each path that differs; exit 6 when anything does. Without words the last two replies. */
export async function diff({ repl, io, words, value }: LineInput): Promise<number> {
  const [newest, before] = repl.replies.newestFirst().filter((record) => record.responses.length > 0);
  if (words.length === 0 && !before) throw new UserError(2, 'there are no two replies to compare');
  if (words.length !== 0 && words.length !== 2) throw new UserError(2, 'diff takes two values', { hint: 'diff $1 $2' });
  const left = words.length === 0 ? repl.replies.value(String(before?.number)) : value(0);
  const right = words.length === 0 ? repl.replies.value(String(newest?.number)) : value(1);
  const found = differences(left, right);
  await write(io.stdout, found.map((line) => `${line}\n`).join(''));
  if (found.length === 0) repl.say('no difference');
  return found.length === 0 ? 0 : 6;
}
