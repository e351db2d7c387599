// The second pass: drafts of files that import each other become finished descriptors, names and options resolved.
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { builtinFile, builtinFileNames, builtinWithImports } from '../builtin/builtin.ts';
import { defines } from '../file-symbols.ts';
import { quoted } from '../quote.ts';
import { checkDraft } from './check.ts';
import type { Draft, Reference } from './draft.ts';
import { nearestHint } from './nearest-hint.ts';
import { interpretOptions } from './options.ts';
import { sourceInfo } from './source-info.ts';
import { errorAt, placeName } from './source-text.ts';
import { addSymbols, lookUp, newSymbols, type SymbolEntry, type Symbols, visibleFiles } from './symbols.ts';

/** A file to be linked: written here as a draft, or carried along as a finished descriptor. */
export type LinkInput = { readonly draft: Draft } | { readonly builtin: FileDescriptorProto };

/**
 * Finishes the drafts in place. All files that they import have to be among the inputs, dependencies first.
 *
 * @throws UserError code 4 with file, line and column for the first thing that does not fit.
 */
export function linkFiles(inputs: readonly LinkInput[]): void {
  const symbols = newSymbols();
  const drafts: Draft[] = [];
  for (const input of inputs) {
    if ('draft' in input) drafts.push(input.draft);
    else addSymbols(symbols, input.builtin, () => undefined);
  }
  const byFile = new Map(drafts.map((draft) => [draft.proto.name, draft]));
  for (const draft of drafts) {
    addSymbols(symbols, draft.proto, (name, before, at) => throwClash(byFile, draft, name, before, at));
  }
  // Options are made of messages of this file, whether it is imported or not; without any it need not be read.
  const hasOptions = drafts.some((draft) => draft.options.some(({ clauses }) => clauses.length > 0));
  for (const file of (hasOptions && builtinWithImports('google/protobuf/descriptor.proto')) || []) {
    if (!symbols.files.has(file.name)) addSymbols(symbols, file, () => undefined);
  }
  const visible = new Map(drafts.map((draft) => [draft, visibleFiles(symbols, draft.proto)]));
  for (const draft of drafts) {
    for (const reference of draft.references)
      resolveReference(symbols, visible.get(draft) ?? new Set(), draft, reference);
  }
  for (const draft of drafts) {
    checkDraft(draft, symbols);
    const { source } = draft.file;
    for (const holder of draft.options) {
      interpretOptions({ source, symbols, visible: visible.get(draft) ?? new Set(), from: holder.from }, holder);
    }
    draft.proto.sourceCodeInfo = sourceInfo(draft);
  }
}

function resolveReference(
  symbols: Symbols,
  visible: ReadonlySet<string>,
  draft: Draft,
  { name, from, token, wanted, resolve }: Reference,
): void {
  const { source } = draft.file;
  const { found, shadowed } = lookUp(symbols, visible, name, from, true);
  if (found && (found.kind === 'message' || (found.kind === 'enum' && wanted === 'type'))) {
    resolve(found);
    return;
  }
  if (found) {
    const what = wanted === 'type' ? 'a message or enum' : 'a message';
    throw errorAt(
      source,
      token,
      `${quoted(name)} is ${found.kind.replace(/^(?=[aeo])/, 'an ').replace(/^(?!an )/, 'a ')}, not ${what}`,
    );
  }
  if (shadowed !== undefined && symbols.entries.has(name)) {
    const hint = `write ".${name}" to name the outer one`;
    throw errorAt(source, token, `${quoted(name)} means ${quoted(shadowed)} here, which does not exist`, hint);
  }
  throw errorAt(source, token, `unknown type ${quoted(name)}`, missingHint(symbols, draft, name));
}

function missingHint(symbols: Symbols, draft: Draft, name: string): string | undefined {
  const bare = name.replace(/^\./, '');
  const isType = ({ kind }: SymbolEntry): boolean => kind === 'message' || kind === 'enum';
  const types = [...symbols.entries.values()].filter(isType);
  const packageName = draft.proto.package;
  const hidden = types.find(({ fullName }) => fullName === bare || fullName === `${packageName}.${bare}`);
  const file = hidden?.file ?? builtinFileNames().find((name) => isLikelyIn(name, bare));
  if (file !== undefined) return `import ${quoted(file)}, which defines it`;
  return nearestHint(
    bare,
    types.map(({ fullName }) =>
      fullName.startsWith(`${packageName}.`) ? fullName.slice(packageName.length + 1) : fullName,
    ),
  );
}

function throwClash(
  byFile: ReadonlyMap<string, Draft>,
  draft: Draft,
  fullName: string,
  before: SymbolEntry | undefined,
  descriptor: object,
): never {
  const { source } = draft.file;
  const token = draft.spots.get(descriptor) ?? source.tokens[0];
  const other = before && byFile.get(before.file);
  const otherToken = before && other?.spots.get(before.descriptor);
  const place = other && otherToken ? placeName(other.file.source, otherToken) : before?.file;
  const what = before ? `as ${before.kind} in ${place}` : 'as a package';
  const isValue = before?.kind === 'enum value';
  const sameFile = before !== undefined && before.file !== draft.proto.name;
  const hint = isValue
    ? 'the values of an enum share the scope that the enum is in'
    : sameFile
      ? 'is the same file given under two names?'
      : undefined;
  throw errorAt(source, token, `${quoted(fullName)} is already defined, ${what}`, hint);
}

// Well-known types are used without their import often enough to look for them among the carried files.
function isLikelyIn(fileName: string, typeName: string): boolean {
  const file = typeName.startsWith('google.') ? builtinFile(fileName) : undefined;
  return file !== undefined && defines(file, typeName);
}
