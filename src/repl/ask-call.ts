// `call M --form`, `--edit`, `--json`, `--last`: what is on the line is the beginning of a request that is finished in
// the form or in the editor, or goes on from the last one.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { documentsOf } from '../codec/document.ts';
import { documentFromFields } from '../codec/fields.ts';
import { template } from '../codec/template.ts';
import { parseArgs } from '../commands/parse.ts';
import { flagsOf } from '../commands/table.ts';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { findMethod } from '../schema/find.ts';
import { callRow } from './call-words.ts';
import { methodName } from './catalog.ts';
import { requestDocument } from './request-document.ts';
import type { Repl } from './state.ts';

const ways = ['--form', '--edit', '--json', '--last'] as const;

/**
 * The words with their request complete: as they are where none of the four flags is among them. Undefined when the
 * person leaves. Throws UserError 2 where there is nobody to ask, or no last call of that method.
 */
export async function askedWords(
  repl: Repl,
  words: readonly string[] | undefined,
  io: Io,
): Promise<readonly string[] | undefined> {
  const way = words && ways.filter((flag) => words.includes(flag));
  if (!words || !way || way.length === 0) return words;
  const { words: plain, flags } = parseArgs(
    words.filter((word) => !(ways as readonly string[]).includes(word)),
    flagsOf(callRow),
  );
  const [name, ...fields] = plain;
  if (name === undefined) throw new UserError(2, 'no method to call', { hint: 'ls shows what there is' });
  const schema = await repl.link().schema();
  const method = await findMethod(schema, methodInUse(repl, name));
  const given = flags.text('data') ?? (way.includes('--last') ? lastRequest(repl, methodName(method)) : undefined);
  const readFile = (path: string) => readFileSync(resolve(io.cwd, path));
  const base = given === undefined ? undefined : documentsOf(given, '-d', 'json')[0];
  let text =
    fields.length + (base ? 1 : 0) > 0 ? documentFromFields(method.input, fields, readFile, base).text : undefined;
  const isWay = (word: string): boolean => (ways as readonly string[]).includes(word);
  const rest = words.filter((word, at) => !isRequest(word, words[at - 1], plain) && !isWay(word));
  if (way.includes('--form')) {
    person(repl, '--form');
    repl.formDraft = text;
    return [name, ...rest];
  }
  if (way.includes('--edit') || way.includes('--json')) {
    const edited = await person(repl, '--edit').edit(`${text ?? template(method.input, { types: schema.types })}\n`);
    if ('refused' in edited) throw new UserError(2, edited.refused);
    text = edited.text;
  }
  return [name, ...rest, '--data', text ?? '{}'];
}

/** Whether a word is the method, a field, or `--data` with its value: all of them are in the request now. */
function isRequest(word: string, before: string | undefined, plain: readonly string[]): boolean {
  return word === '--data' || before === '--data' || plain.includes(word);
}

function methodInUse(repl: Repl, name: string): string {
  const own = repl.known?.methods.find((method) => method.parent.typeName === repl.service && method.name === name);
  return own ? methodName(own) : name;
}

function lastRequest(repl: Repl, method: string): string {
  const record = repl.replies.newestFirst().find((one) => methodName(one.method) === method);
  if (record) return requestDocument(record).text;
  throw new UserError(2, `there is no earlier call of ${method}`);
}

function person(repl: Repl, flag: string) {
  if (repl.person) return repl.person;
  throw new UserError(2, `${flag} needs a terminal`, { hint: 'give FIELD=VALUE words or JSON' });
}
