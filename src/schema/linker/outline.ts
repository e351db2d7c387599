// The statements of a .proto file, each with its tokens: where every declaration, option and literal stands, in order.
// What they declare is the parser's word (tree.ts); this keeps what its tree does not.
import { quoted } from '../quote.ts';
import { errorAt, type SourceText } from './source-text.ts';

/** Messages inside messages, and braces inside options, deeper than this are refused; protoc stops at 32 messages. */
const maxNesting = 100;

/**
 * `string name = 1 [deprecated = true];` or `message Order { … }`. Numbers are token indices: `first` to `end` is the
 * statement without its last token; `end` is its `;` or `{`; `close` is the `;` or `}` that ends it altogether.
 */
export interface Statement {
  readonly first: number;
  readonly end: number;
  readonly close: number;
  /** The statements between its braces; undefined if it has none. */
  readonly body: readonly Statement[] | undefined;
}

/**
 * Splits a file into statements. `option x = { … };` and `[ … ]` belong to their statement as they stand.
 *
 * @throws UserError code 4 for braces, brackets and semicolons that do not fit, and for nesting over 100.
 */
export function readOutline(source: SourceText): Statement[] {
  const statements: Statement[] = [];
  let at = 0;
  while (at < source.tokens.length) {
    if (source.tokens[at]?.text === '}') throw errorAt(source, source.tokens[at], 'unexpected "}"');
    const statement = readStatement(source, at, 1);
    if (statement.end > statement.first) statements.push(statement);
    at = statement.close + 1;
  }
  return statements;
}

/** The text of a statement's n-th token; empty past its end. */
export function wordAt(source: SourceText, statement: Statement, index: number): string {
  const at = statement.first + index;
  return at < statement.end ? (source.tokens[at]?.text ?? '') : '';
}

/** The index of the first token `text` between two indices, outside brackets and braces; `to` if there is none. */
export function findToken(source: SourceText, from: number, to: number, text: string): number {
  let depth = 0;
  for (let at = from; at < to; at++) {
    const token = source.tokens[at]?.text ?? '';
    if (depth === 0 && token === text) return at;
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth--;
  }
  return to;
}

function readStatement(source: SourceText, first: number, depth: number): Statement {
  const { tokens } = source;
  const isOption = tokens[first]?.text === 'option';
  if (tokens[first]?.text === '[') throw errorAt(source, tokens[first], 'unexpected "["');
  for (let at = first; at < tokens.length; at++) {
    const text = tokens[at]?.text;
    if (text === ';') return { first, end: at, close: at, body: undefined };
    if (text === '}') throw errorAt(source, tokens[at], 'expected ";" before "}"');
    if (text === '{' && !isOption) return readBody(source, first, at, depth);
    if (text !== '{' && text !== '[') continue;
    at = closing(source, at);
    const next = tokens[at + 1];
    // The parser gets the statement without its options in brackets, so they must not stand just anywhere.
    if (text === '[' && next && next.text !== ';' && next.text !== '{')
      throw errorAt(source, next, `unexpected ${quoted(next.text)} after "]"`);
  }
  throw errorAt(
    source,
    undefined,
    'the file ends inside a statement',
    `which starts at line ${tokens[first]?.line}; is ";" missing?`,
  );
}

function readBody(source: SourceText, first: number, end: number, depth: number): Statement {
  const { tokens } = source;
  if (depth > maxNesting) throw errorAt(source, tokens[end], `nested more than ${maxNesting} deep`);
  const body: Statement[] = [];
  let at = end + 1;
  while (tokens[at]?.text !== '}') {
    if (at >= tokens.length) throw errorAt(source, tokens[end], '"{" is never closed', 'a "}" is missing');
    const statement = readStatement(source, at, depth + 1);
    if (statement.end > statement.first) body.push(statement);
    at = statement.close + 1;
  }
  return { first, end, close: at, body };
}

// The index of the bracket that closes the one at `open`.
function closing(source: SourceText, open: number): number {
  const pairs: Record<string, string> = { '[': ']', '{': '}' };
  const expected: string[] = [];
  for (let at = open; at < source.tokens.length; at++) {
    const token = source.tokens[at];
    const text = token?.kind === 'symbol' ? token.text : '';
    const pair = text === '[' || text === '{' ? pairs[text] : undefined;
    if (pair) {
      expected.push(pair);
      if (expected.length > maxNesting) throw errorAt(source, token, `nested more than ${maxNesting} deep`);
    } else if (text === ']' || text === '}') {
      const wanted = expected.pop();
      if (text !== wanted) throw errorAt(source, token, `expected "${wanted}", found "${text}"`);
      if (expected.length === 0) return at;
    }
  }
  throw errorAt(source, source.tokens[open], `"${source.tokens[open]?.text}" is never closed`);
}
