// What the first pass leaves for the second: descriptors whose references and options are still words of the file.
import type {
  DescriptorProto,
  EnumDescriptorProto,
  FieldDescriptorProto,
  FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import type { Namespace } from 'protobufjs';
import { SymbolVisibility } from '../descriptor-enums.ts';
import { findToken, type Statement, wordAt } from './outline.ts';
import type { SourceText, Token } from './source-text.ts';
import type { SymbolEntry } from './symbols.ts';
import type { ParsedFile } from './tree.ts';

/** One `name = value` of an option statement or of brackets, as token indices; `end` is past the value. */
export interface Clause {
  readonly first: number;
  readonly end: number;
}

/** A type's name as written, to be looked up from inside the element `from`. */
export interface Reference {
  readonly name: string;
  readonly from: string;
  readonly token: Token | undefined;
  /** What it has to be. */
  readonly wanted: 'type' | 'message';
  /** Puts the symbol it means into the descriptor. */
  readonly resolve: (symbol: SymbolEntry) => void;
}

/** A descriptor with options; `schema` is the message of descriptor.proto that they make up. */
export interface OptionHolder {
  readonly target: { options?: unknown };
  readonly schema: string;
  readonly from: string;
  readonly clauses: readonly Clause[];
  /** Set where `default` and `json_name` stand among the options. */
  readonly field: FieldDescriptorProto | undefined;
}

/** A file after the first pass. */
export interface Draft {
  readonly file: ParsedFile;
  readonly proto: FileDescriptorProto;
  readonly syntax: 'proto2' | 'proto3' | 'editions';
  readonly references: Reference[];
  readonly options: OptionHolder[];
  /** Where the name of a descriptor stands. */
  readonly spots: Map<object, Token>;
  /** What source code info says where each declaration is. */
  readonly locations: { readonly path: readonly number[]; readonly statement: Statement }[];
}

/** A file or message, as the place where messages, enums and extensions are declared; numbers as in descriptor.proto. */
export interface Container {
  readonly fullName: string;
  readonly tree: Namespace;
  readonly path: readonly number[];
  readonly messages: DescriptorProto[];
  readonly enums: EnumDescriptorProto[];
  readonly extensions: FieldDescriptorProto[];
  readonly numbers: { readonly message: number; readonly enum: number; readonly extension: number };
}

/** Notes where a descriptor is declared: its name's token, and its path and statement for source code info. */
export function note(
  draft: Draft,
  descriptor: object,
  nameAt: number,
  path: readonly number[],
  statement: Statement,
): void {
  const token = draft.file.source.tokens[nameAt];
  if (token) draft.spots.set(descriptor, token);
  draft.locations.push({ path, statement });
}

/** The clause of an `option` statement. */
export function statementClause(statement: Statement): Clause {
  return { first: statement.first + 1, end: statement.end };
}

/** The clauses in the brackets of a statement; none without brackets. */
export function bracketClauses(source: SourceText, statement: Statement): Clause[] {
  const open = findToken(source, statement.first, statement.end, '[');
  const clauses: Clause[] = [];
  if (open >= statement.end) return clauses;
  const close = statement.end - 1;
  for (let first = open + 1; first < close; ) {
    const end = findToken(source, first, close, ',');
    clauses.push({ first, end });
    first = end + 1;
  }
  return clauses;
}

/** The `export` or `local` before a declaration of edition 2024. */
export function visibilityOf(draft: Draft, statement: Statement): SymbolVisibility | undefined {
  const word = wordAt(draft.file.source, statement, 0);
  return word === 'export'
    ? SymbolVisibility.VISIBILITY_EXPORT
    : word === 'local'
      ? SymbolVisibility.VISIBILITY_LOCAL
      : undefined;
}
