// The first pass over a parsed .proto file: its descriptor in protoc's order, with types and options yet unresolved.
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import type { Namespace } from 'protobufjs';
import { Edition } from '../descriptor-enums.ts';
import { newMessage } from '../descriptor-message.ts';
import { quoted } from '../quote.ts';
import { type Container, type Draft, statementClause } from './draft.ts';
import { draftEnum, draftService } from './draft-enum-service.ts';
import { draftExtend, draftMessage } from './draft-message.ts';
import { stringBytes } from './literal.ts';
import { type Statement, wordAt } from './outline.ts';
import { errorAt, type Token } from './source-text.ts';
import { type ParsedFile, treeMember } from './tree.ts';

/**
 * Makes the descriptor of one file, alone.
 *
 * @throws UserError code 4 for numbers and names that the language does not allow.
 */
export function draftFile(file: ParsedFile): Draft {
  const { source, outline } = file;
  const declared = (keyword: string): Statement | undefined =>
    outline.find((s) => wordAt(source, s, 0) === keyword && wordAt(source, s, 1) === '=');
  const editionStatement = declared('edition');
  const edition = editionStatement && unquoted(file, editionStatement.first + 2, editionStatement.end);
  const syntax = edition === undefined ? syntaxOf(file, declared('syntax')) : 'editions';
  const draft: Draft = {
    file,
    proto: newMessage<FileDescriptorProto>('FileDescriptorProto', { name: source.name }),
    syntax,
    references: [],
    options: [],
    spots: new Map(),
    locations: [],
  };
  const packageName = packageOf(file);
  if (packageName !== '') draft.proto.package = packageName;
  // A proto2 file says nothing of its syntax in a descriptor.
  if (syntax !== 'proto2') draft.proto.syntax = syntax;
  if (edition !== undefined) draft.proto.edition = editionNumber(edition);
  const container = fileContainer(draft);
  const fileOptions: Statement[] = [];
  for (const statement of outline) draftStatement(draft, container, statement, fileOptions);
  const clauses = fileOptions.map(statementClause);
  draft.options.push({
    target: draft.proto,
    schema: 'FileOptions',
    from: `${draft.proto.package}.file`,
    clauses,
    field: undefined,
  });
  return draft;
}

function syntaxOf(file: ParsedFile, statement: Statement | undefined): 'proto2' | 'proto3' {
  if (!statement) return 'proto2';
  const syntax = unquoted(file, statement.first + 2, statement.end);
  if (syntax === 'proto2' || syntax === 'proto3') return syntax;
  const token = file.source.tokens[statement.first + 2];
  throw errorAt(file.source, token, `syntax ${quoted(syntax)} is not known`, 'known are proto2 and proto3');
}

function packageOf({ source, outline }: ParsedFile): string {
  const statement = outline.find((s) => wordAt(source, s, 0) === 'package');
  if (!statement) return '';
  return source.tokens
    .slice(statement.first + 1, statement.end)
    .map(({ text }) => text)
    .join('');
}

function fileContainer({ file, proto }: Draft): Container {
  // The parser nests packages as namespaces.
  let tree: Namespace = file.root;
  for (const part of proto.package.split('.')) {
    if (part !== '') tree = treeMember(file, tree, part, 0, 'Namespace');
  }
  return {
    fullName: proto.package,
    tree,
    path: [],
    messages: proto.messageType,
    enums: proto.enumType,
    extensions: proto.extension,
    numbers: { message: 4, enum: 5, extension: 7 },
  };
}

function draftStatement(draft: Draft, container: Container, statement: Statement, options: Statement[]): void {
  const { source } = draft.file;
  const { proto } = draft;
  const keyword = wordAt(source, statement, 0);
  if (keyword === 'option') options.push(statement);
  else if (keyword === 'import') draftImport(draft, statement);
  else if (keyword === 'syntax' || keyword === 'edition') draft.locations.push({ path: [12], statement });
  else if (keyword === 'package') draft.locations.push({ path: [2], statement });
  else if (keyword === 'extend') draftExtend(draft, container, statement);
  else if (keyword === 'service')
    proto.service.push(draftService(draft, container, statement, [6, proto.service.length]));
  else declareType(draft, container, statement);
}

/** Messages and enums, in 2024 also with `export` or `local` before them. */
function declareType(draft: Draft, container: Container, statement: Statement): void {
  const { source } = draft.file;
  const words = [wordAt(source, statement, 0), wordAt(source, statement, 1)];
  if (words.includes('enum')) draftEnum(draft, container, statement);
  else if (words.includes('message')) draftMessage(draft, container, statement);
  else throw errorAt(source, source.tokens[statement.first], `unexpected ${quoted(words[0] ?? '')}`);
}

function draftImport(draft: Draft, statement: Statement): void {
  const { proto, file, locations } = draft;
  const { name, token, kind } = importOf(file, statement);
  if (proto.dependency.includes(name) || proto.optionDependency.includes(name)) {
    throw errorAt(file.source, token, `${quoted(name)} is imported twice`);
  }
  if (kind === 'option') {
    proto.optionDependency.push(name);
    return;
  }
  if (kind === 'public') proto.publicDependency.push(proto.dependency.length);
  if (kind === 'weak') proto.weakDependency.push(proto.dependency.length);
  locations.push({ path: [3, proto.dependency.length], statement });
  proto.dependency.push(name);
}

/** What a file imports: the name as written, and where that stands. */
export interface Import {
  readonly name: string;
  readonly token: Token | undefined;
  readonly kind: '' | 'public' | 'weak' | 'option';
}

/** All imports of a file, in order. @throws UserError code 4 for one that is no string. */
export function importsOf(file: ParsedFile): Import[] {
  const statements = file.outline.filter((statement) => wordAt(file.source, statement, 0) === 'import');
  return statements.map((statement) => importOf(file, statement));
}

function importOf(file: ParsedFile, statement: Statement): Import {
  const word = wordAt(file.source, statement, 1);
  const kind = word === 'public' || word === 'weak' || word === 'option' ? word : '';
  const at = statement.first + (kind === '' ? 1 : 2);
  return { name: unquoted(file, at, statement.end), token: file.source.tokens[at], kind };
}

function unquoted({ source }: ParsedFile, from: number, to: number): string {
  return new TextDecoder().decode(stringBytes(source, from, to));
}

function editionNumber(text: string): Edition {
  const numbers = new Map<string, Edition>([
    ['2023', Edition.EDITION_2023],
    ['2024', Edition.EDITION_2024],
  ]);
  // 2026 is newer than the table; descriptor.proto numbers it after 2024.
  return numbers.get(text) ?? (1002 as Edition);
}
