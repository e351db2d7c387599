// The declarations of a .proto file as protobufjs's parser reads them. It gets the text without options, which
// options.ts reads exactly (it rounds integers over 2^53), and with groups written as messages, which it half knows.
import type { Enum, Field, MapField, Method, Namespace, Root, Service, Type } from 'protobufjs';
import { quoted } from '../quote.ts';
import { readOutline, type Statement, wordAt } from './outline.ts';
import { errorAt, readSource, type SourceText } from './source-text.ts';
import { explainParserError } from './tree-errors.ts';

/** A parsed file: its text, its statements in order, and the parser's tree of what they declare. */
export interface ParsedFile {
  readonly source: SourceText;
  readonly outline: readonly Statement[];
  readonly root: Root;
  /** Names in the tree end with this when a plain JavaScript object could not hold them as they are. */
  readonly alias: string;
}

// The parser keeps names in plain objects, where those of Object.prototype get lost or seem to exist already.
const awkwardNames = new Set(Object.getOwnPropertyNames(Object.prototype));

/**
 * Parses one .proto file; imports are left alone.
 *
 * @param name how the file is named in messages and descriptors.
 * @throws UserError code 4, with line and column, when the text is no proto2, proto3 or editions file.
 */
export async function parseFile(name: string, text: string): Promise<ParsedFile> {
  // The parser is only needed, and its 20 ms only spent, once there is a file to read.
  const { default: protobuf } = await import('protobufjs');
  protobuf.util.nestingLimit = 101;
  const source = readSource(name, text);
  const outline = readOutline(source);
  const alias = freeSuffix(text);
  const root = new protobuf.Root();
  try {
    protobuf.parse(parserText(source, outline, alias), root, { keepCase: true });
  } catch (error) {
    throw explainParserError(source, outline, error);
  }
  return { source, outline, root, alias };
}

/** A name as the tree spells it. */
export function treeName(file: ParsedFile, name: string): string {
  return awkwardNames.has(name) ? name + file.alias : name;
}

/** A name or reference from the tree, as the file spells it. */
export function sourceName(file: ParsedFile, name: string): string {
  return name.replaceAll(file.alias, '');
}

/** What the parser makes of declarations, by the name that each class of its tree has. */
interface TreeKinds {
  readonly Namespace: Namespace;
  readonly Type: Type;
  readonly Field: Field;
  readonly MapField: MapField;
  readonly Enum: Enum;
  readonly Service: Service;
  readonly Method: Method;
}

/**
 * What a namespace of the tree declares under a name of the file, which is the token `at`.
 *
 * @throws UserError code 4 if that is not of the kind: the parser took the words around it for something else.
 */
export function treeMember<K extends keyof TreeKinds>(
  file: ParsedFile,
  scope: Namespace,
  name: string,
  at: number,
  kind: K,
): TreeKinds[K] {
  const found = scope.get(treeName(file, name));
  const { className } = (found?.constructor ?? {}) as { className?: string };
  if (className === kind) return found as unknown as TreeKinds[K];
  throw errorAt(file.source, file.source.tokens[at], `${quoted(name)} is not declared as it should be`);
}

/** The group that a statement declares (`optional group Box = 12 {`); undefined for other statements. */
export function groupOf(source: SourceText, statement: Statement): { name: string; labels: number } | undefined {
  if (!statement.body) return undefined;
  for (const labels of [0, 1]) {
    if (wordAt(source, statement, labels) === 'group' && wordAt(source, statement, labels + 2) === '=') {
      return { name: wordAt(source, statement, labels + 1), labels };
    }
  }
  return undefined;
}

function freeSuffix(text: string): string {
  let suffix = '_';
  while (text.includes(suffix)) suffix += 'x_';
  return suffix;
}

// A group becomes a field and, after it, a message; in a oneof or an extend block, where no message may stand, the
// messages come after the block.
function parserText(source: SourceText, outline: readonly Statement[], alias: string): string {
  const isProto3 = outline.some((s) => wordAt(source, s, 0) === 'syntax' && /proto3/.test(wordAt(source, s, 2)));
  const print = (statement: Statement, hoist: string[] | undefined): string => {
    const { first, end, close, body } = statement;
    const keyword = wordAt(source, statement, 0);
    if (keyword === 'option' && wordAt(source, statement, 1) !== 'allow_alias') {
      return printBlank(source, first, close + 1);
    }
    const group = groupOf(source, statement);
    // A synthetic oneof made by the parser could clash with a field of that name; protoc's never does.
    const skipped = isProto3 && keyword === 'optional' ? 1 : 0;
    const closing = printGap(source, close) + (source.tokens[close]?.text ?? '');
    if (!body)
      return printBlank(source, first, first + skipped) + printTokens(source, first + skipped, end, alias) + closing;
    const holdsNoMessages = keyword === 'oneof' || keyword === 'extend';
    const later: string[] | undefined = holdsNoMessages ? [] : undefined;
    const inner = `{${body.map((member) => print(member, later)).join('')}${closing}${(later ?? []).join('')}`;
    // The parser would put extensions into what it takes for the extended type; nothing has the alias for a name.
    if (keyword === 'extend') return `${keyword} ${alias}${printBlank(source, first, end)}${inner}`;
    if (!group) return printTokens(source, first, end, alias) + inner;
    const label = printTokens(source, first, first + group.labels, alias);
    const number = printTokens(source, first + group.labels + 2, first + group.labels + 4, alias);
    const message = `message ${printTokens(source, first + group.labels + 1, first + group.labels + 2, alias)} ${inner}`;
    const field = `${label} ${group.name} ${group.name.toLowerCase()} ${number};`;
    hoist?.push(message);
    return hoist ? field : field + message;
  };
  return outline.map((statement) => print(statement, undefined)).join('');
}

// Tokens as they stand but without comments and bracketed options; lines stay, for the parser's messages.
function printTokens(source: SourceText, from: number, to: number, alias: string): string {
  let text = '';
  let depth = 0;
  for (let at = from; at < to; at++) {
    const token = source.tokens[at];
    if (token?.text === '[' && token.kind === 'symbol') depth++;
    text += printGap(source, at);
    if (depth === 0) text += awkwardNames.has(token?.text ?? '') ? (token?.text ?? '') + alias : (token?.text ?? '');
    if (token?.text === ']' && token.kind === 'symbol') depth--;
  }
  return text;
}

function printBlank(source: SourceText, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += printGap(source, at);
  return text;
}

// What stood between a token and the one before it: nothing, line ends or a blank.
function printGap(source: SourceText, at: number): string {
  const token = source.tokens[at];
  const before = source.tokens[at - 1];
  if (!token) return '';
  const lines = token.line - (before?.line ?? 1);
  return lines > 0 ? '\n'.repeat(lines) : before?.end === token.start ? '' : ' ';
}
