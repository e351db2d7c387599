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
  const number = /^(?:duplicate )?id (-?\d+)( is reserved)? in \S+ \.?(.*)$/.exec(text);
  if (number) return explainNumber(source, outline, number[1] ?? '', number[2] !== undefined, number[3] ?? '');
  return errorAt(source, source.tokens[0], `not a .proto file that can be read: ${text}`);
}

function explainIllegal(source: SourceText, kind: string, found: string, line: number): UserError {
  if (kind === 'edition') {
    return errorAt(
      source,
      tokenOn(source, found, line),
      `edition ${found} is not known`,
      'known are 2023, 2024 and 2026',
    );
  }
  if (kind === 'syntax')
    return errorAt(source, tokenOn(source, found, line), `syntax ${found} is not known`, 'known are proto2 and proto3');
  if (found === 'optional' || found === 'required') {
    return errorAt(source, tokenOn(source, found, line), `"${found}" cannot be used in this syntax`);
  }
  return unexpected(source, found, line, expectations.get(kind));
}

function unexpected(source: SourceText, found: string, line: number, expected: string | undefined): UserError {
  const token = found === 'null' ? undefined : tokenOn(source, found, line);
  const what = token
    ? `unexpected ${quoted(found)}`
    : found === 'null'
      ? 'unexpected end of file'
      : `unexpected ${quoted(found)}`;
  return errorAt(source, token, expected ? `${what}, expected ${expected}` : what);
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

function explainNumber(
  source: SourceText,
  outline: readonly Statement[],
  number: string,
  isReserved: boolean,
  owner: string,
): UserError {
  const body = walk(outline).find((s) => s.body && wordAt(source, s, 1) === owner)?.body ?? outline;
  const numbered = walk(body).filter((s) => numberOf(source, s)?.text === number.replace('-', ''));
  const token = numberOf(source, numbered.at(-1) ?? { first: 0, end: 0, close: 0, body: undefined });
  if (isReserved) return errorAt(source, token, `number ${number} is reserved in ${quoted(owner)}`);
  return errorAt(
    source,
    token,
    `number ${number} is used twice in ${quoted(owner)}`,
    'set allow_alias to allow it in an enum',
  );
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
