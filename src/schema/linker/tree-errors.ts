// The parser's errors name a token and a line at most; here they get the column, and words that say what was expected.
import type { UserError } from '../../errors.ts';
import { quoted } from '../quote.ts';
import { findToken, type Statement, wordAt } from './outline.ts';
import { errorAt, type SourceText, type Token } from './source-text.ts';

// What the parser calls the thing it could not read, and what that is to the author of the file.
const expectations = new Map([
  ['id', 'a number'],
  ['name', 'a name'],
  ['type name', 'a message name'],
  ['service name', 'a service name'],
  ['type', 'a type'],
  ['reference', 'a message name'],
  ['value', 'a value'],
]);

/** Turns an error of protobufjs's parser into one with file, line, column and what was expected there. */
export function explainParserError(source: SourceText, outline: readonly Statement[], error: unknown): UserError {
  const text = error instanceof Error ? error.message : String(error);
  const skipped = /^illegal token '(.*)', '(.*)' expected \(line (\d+)\)$/s.exec(text);
  if (skipped) return unexpected(source, skipped[1] ?? '', Number(skipped[3]), `"${skipped[2]}"`);
  const illegal = /^illegal (.+?) '(.*)' \(.*?line (\d+)\)$/s.exec(text);
  if (illegal) return explainIllegal(source, illegal[1] ?? '', illegal[2] ?? '', Number(illegal[3]));
  const name = /^duplicate name '(.*?)'/.exec(text)?.[1] ?? /^name '(.*?)' is reserved/.exec(text)?.[1];
  if (name !== undefined) {
    const what = text.startsWith('name') ? 'is reserved' : 'is declared twice';
    return errorAt(source, lastDeclared(source, outline, name), `${quoted(name)} ${what}`);
  }
  const number = /^(?:duplicate )?id (-?\d+)( is reserved)? in (\S+) \.?(.*)$/.exec(text);
  if (number) {
    const [, value = '', reserved, kind, owner = ''] = number;
    const token = lastNumbered(source, outline, value, owner);
    const what = reserved === undefined ? 'is used twice' : 'is reserved';
    const hint = kind === 'Enum' && reserved === undefined ? 'set allow_alias to give it two names' : undefined;
    return errorAt(source, token, `number ${value} ${what} in ${quoted(owner)}`, hint);
  }
  return errorAt(source, source.tokens[0], `not a .proto file that can be read: ${text}`);
}

function explainIllegal(source: SourceText, kind: string, found: string, line: number): UserError {
  const token = tokenOn(source, found, line);
  if (kind === 'edition') {
    return errorAt(source, token, `edition ${quoted(found)} is not known`, 'known are 2023, 2024 and 2026');
  }
  if (kind === 'syntax')
    return errorAt(source, token, `syntax ${quoted(found)} is not known`, 'known are proto2 and proto3');
  if (found === 'optional' || found === 'required') {
    const instead = /edition/.test(source.tokens[0]?.text ?? '') ? 'features.field_presence' : 'no label';
    return errorAt(source, token, `"${found}" cannot be used in this syntax`, `use ${instead} instead`);
  }
  return unexpected(source, found, line, expectations.get(kind), hintFor(source, kind, found));
}

function hintFor(source: SourceText, kind: string, found: string): string | undefined {
  if (kind === 'type' && /^(?:float|double|bytes)$/.test(found)) return 'keys of maps are integers, bool or string';
  const isProto2 = source.tokens[0]?.text !== 'edition' && !/proto3/.test(source.tokens[2]?.text ?? '');
  if (kind !== 'token' || !isProto2 || !/^\w+$/.test(found)) return undefined;
  return 'in proto2, which is meant without a syntax line, fields start with optional, required or repeated';
}

function unexpected(
  source: SourceText,
  found: string,
  line: number,
  expected: string | undefined,
  hint?: string,
): UserError {
  const isEnd = found === 'null';
  const what = isEnd ? 'unexpected end of file' : `unexpected ${quoted(found)}`;
  const token = isEnd ? undefined : tokenOn(source, found, line);
  return errorAt(source, token, expected ? `${what}, expected ${expected}` : what, hint);
}

// The parser names the token it stumbled on, so of several alike in one statement it is the last.
function tokenOn(source: SourceText, found: string, line: number): Token | undefined {
  const on = source.tokens.filter((token) => token.line === line);
  const fits = (token: Token): boolean =>
    source.text.startsWith(found, token.start) || token.text.slice(1, -1) === found;
  const firstAt = on.findIndex(fits);
  if (firstAt < 0) return on[0];
  const endAt = on.findIndex((token, index) => index >= firstAt && token.text === ';');
  return on.slice(0, endAt < 0 ? undefined : endAt + 1).findLast(fits);
}

function lastNumbered(
  source: SourceText,
  outline: readonly Statement[],
  number: string,
  owner: string,
): Token | undefined {
  const body = walk(outline).find((s) => s.body && wordAt(source, s, 1) === owner)?.body ?? outline;
  const tokens = walk(body).map((s) => numberOf(source, s));
  return tokens.findLast((token) => token?.text === number.replace('-', ''));
}

function numberOf(source: SourceText, statement: Statement): Token | undefined {
  const equals = findToken(source, statement.first, statement.end, '=');
  const token = source.tokens[equals + 1];
  return token?.text === '-' ? source.tokens[equals + 2] : token;
}

function lastDeclared(source: SourceText, outline: readonly Statement[], name: string): Token | undefined {
  const names = walk(outline).flatMap((s) => {
    const equals = findToken(source, s.first, s.end, '=');
    const at = equals < s.end ? equals - 1 : s.first + 1;
    return source.tokens[at]?.text === name ? [source.tokens[at]] : [];
  });
  return names.at(-1);
}

function walk(outline: readonly Statement[]): Statement[] {
  return outline.flatMap((statement) => [statement, ...walk(statement.body ?? [])]);
}
