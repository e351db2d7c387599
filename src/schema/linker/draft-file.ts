// The first pass over a parsed .proto file: its descriptor in protoc's order, with types and options yet unresolved.
import { create } from '@bufbuild/protobuf';
import { Edition, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import type { Namespace } from 'protobufjs';
import { type Container, type Draft, statementClause } from './draft.ts';
import { draftEnum, draftService } from './draft-enum-service.ts';
import { draftExtend, draftMessage } from './draft-message.ts';
import { stringBytes } from './literal.ts';
import { type Statement, wordAt } from './outline.ts';
import { errorAt } from './source-text.ts';
import { type ParsedFile, treeMember } from './tree.ts';

/**
 * Makes the descriptor of one file, alone.
 *
 * @throws UserError code 4 for numbers and names that the language does not allow.
 */
export function draftFile(file: ParsedFile): Draft {
  const { source, outline } = file;
  const text = (keyword: string): string | undefined => {
    const statement = outline.find((s) => wordAt(source, s, 0) === keyword && wordAt(source, s, 1) === '=');
    return statement && unquoted(file, statement.first + 2, statement.end);
  };
  const edition = text('edition');
  const syntax = edition !== undefined ? 'editions' : text('syntax') === 'proto3' ? 'proto3' : 'proto2';
  const draft: Draft = {
    file,
    proto: create(FileDescriptorProtoSchema, { name: source.name, package: packageOf(file) }),
    syntax,
    imports: [],
    references: [],
    options: [],
    spots: new Map(),
    locations: [],
  };
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
    if (part !== '') tree = treeMember(file, tree, part) as Namespace;
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
  else if (keyword === 'service') proto.service.push(draftService(draft, container, statement, [6, proto.service.length]));
  else declareType(draft, container, statement);
}

/** Messages and enums, in 2024 also with `export` or `local` before them. */
function declareType(draft: Draft, container: Container, statement: Statement): void {
  const { source } = draft.file;
  const words = [wordAt(source, statement, 0), wordAt(source, statement, 1)];
  if (words.includes('enum')) draftEnum(draft, container, statement);
  else if (words.includes('message')) draftMessage(draft, container, statement);
  else throw errorAt(source, source.tokens[statement.first], `unexpected ${JSON.stringify(words[0])}`);
}

function draftImport(draft: Draft, statement: Statement): void {
  const { proto, file, imports, locations } = draft;
  const kind = wordAt(file.source, statement, 1);
  const isPlain = /^["']/.test(kind);
  const at = statement.first + (isPlain ? 1 : 2);
  const name = unquoted(file, at, statement.end);
  const token = file.source.tokens[at];
  if (imports.some((other) => other.name === name)) {
    throw errorAt(file.source, token, `${JSON.stringify(name)} is imported twice`);
  }
  imports.push({ name, token });
  if (kind === 'option') {
    proto.optionDependency.push(name);
    return;
  }
  if (kind === 'public') proto.publicDependency.push(proto.dependency.length);
  if (kind === 'weak') proto.weakDependency.push(proto.dependency.length);
  locations.push({ path: [3, proto.dependency.length], statement });
  proto.dependency.push(name);
}

function unquoted({ source }: ParsedFile, from: number, to: number): string {
  return new TextDecoder().decode(stringBytes(source, from, to));
}

function editionNumber(text: string): Edition {
  const numbers = new Map<string, Edition>([
    ['2023', Edition.EDITION_2023],
    ['2024', Edition.EDITION_2024],
  ]);
  // Editions are numbered from 1000 for 2023; 2026 is newer than the table.
  return numbers.get(text) ?? ((Edition.EDITION_2024 + Number(text) - 2024) as Edition);
}
