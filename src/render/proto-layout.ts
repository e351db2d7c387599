// How printed elements are put together: in which order, with which comments, and where a blank line stands between.
import type { DescExtension, DescFile, DescMessage, Message } from '@bufbuild/protobuf';
import { FileOptionsSchema } from '@bufbuild/protobuf/wkt';
import type { TypeResolver } from '../schema/schema.ts';
import { type Comments, commentLines, commentsAt, positionOf } from './proto-comments.ts';
import { type Literal, literalLines } from './proto-literal.ts';
import { relativeName } from './proto-names.ts';
import { type OptionList, optionList } from './proto-options.ts';

/** What is being printed, and how. */
export interface Printing {
  readonly file: DescFile;
  /** grpcurl's form: sorted, no blank lines, full names with a leading dot. */
  readonly sorted: boolean;
  readonly comments: boolean;
  readonly types: TypeResolver | undefined;
  /** The whole file: comments between elements stay, and only options whose extension it imports are named. */
  readonly whole: boolean;
}

/** One printed element of a body, with what decides its place. */
export interface Item {
  readonly lines: readonly string[];
  /** Order among kinds of elements, then within the kind; used where there are no positions, or for the sorted form. */
  readonly rank: number;
  readonly key: number | string;
  /** Decides between equal keys of the sorted form. */
  readonly name?: string;
  /** Path in the file descriptor; absent for what always comes first. */
  readonly path?: readonly number[];
  /** Stands apart from its neighbours. */
  readonly apart?: boolean;
}

/** How `target` (full name) is written in an element whose enclosing scopes are `scopes`. */
export function refer(target: string, scopes: readonly string[], printing: Printing): string {
  const name = target.replace(/^\./, '');
  return printing.sorted ? `.${name}` : relativeName(name, scopes, printing.file);
}

/** The lines of a body, two blanks in. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

/** `items` in their order, as lines. */
export function body(items: readonly Item[], printing: Printing): string[] {
  const ordered = inOrder(items, printing);
  if (printing.sorted) return ordered.flatMap((item) => item.lines);
  return ordered.flatMap((item, at) => {
    const before = ordered[at - 1];
    const gap = before !== undefined && (standsApart(item) || standsApart(before));
    return gap ? ['', ...item.lines] : item.lines;
  });
}

function standsApart(item: Item): boolean {
  return item.apart === true || item.lines.length > 1;
}

function inOrder(items: readonly Item[], printing: Printing): Item[] {
  const ranked = [...items].sort((a, b) => a.rank - b.rank);
  if (printing.sorted) {
    return ranked.sort(
      (a, b) => a.rank - b.rank || compareKeys(a.key, b.key) || compareKeys(a.name ?? '', b.name ?? ''),
    );
  }
  // What has no position of its own stays behind what it follows.
  let last: readonly [number, number] = [-1, 0];
  const placed = ranked.map((item) => {
    last = (item.path && positionOf(printing.file.proto, item.path)) ?? last;
    return { item, line: last[0], column: last[1] };
  });
  if (last[0] >= 0) placed.sort((a, b) => a.line - b.line || a.column - b.column);
  return placed.map(({ item }) => item);
}

function compareKeys(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The comments of the element at `path`, empty where comments are not wanted. */
export function commentsOf(path: readonly number[], printing: Printing): Comments {
  if (!printing.comments) return { detached: [], leading: [], trailing: [] };
  const comments = commentsAt(printing.file.proto, path);
  if (printing.sorted) return { detached: [], leading: comments.leading, trailing: [] };
  return printing.whole ? comments : { ...comments, detached: [] };
}

/** A statement of one or more lines with the comments of `path` about it. */
export function statement(lines: readonly string[], path: readonly number[], printing: Printing): string[] {
  const comments = commentsOf(path, printing);
  const [only] = comments.trailing;
  const all = [...before(comments), ...lines];
  if (comments.trailing.length === 1) all.push(`${all.pop()} ${commentLines([only!])[0]}`);
  else all.push(...commentLines(comments.trailing));
  return all;
}

/** `head {`, the inner lines, `}`, with the comments of `path` about and at the start of it. */
export function block(head: string, inner: readonly string[], path: readonly number[], printing: Printing): string[] {
  const comments = commentsOf(path, printing);
  const trailing = commentLines(comments.trailing);
  if (trailing.length > 0 && inner.length > 0) trailing.push('');
  const open = inner.length + trailing.length === 0 && !printing.sorted ? [`${head} {}`] : undefined;
  return [...before(comments), ...(open ?? [`${head} {`, ...indented([...trailing, ...inner]), '}'])];
}

function before(comments: Comments): string[] {
  return [...comments.detached.flatMap((each) => [...commentLines(each), '']), ...commentLines(comments.leading)];
}

/** The options of an element whose full name is `scope`; of a file, whose package it is. */
export function optionsOf(
  desc: DescMessage,
  options: Message | undefined,
  scope: string,
  printing: Printing,
): OptionList {
  const outside =
    desc.typeName === FileOptionsSchema.typeName ? scope : scope.slice(0, Math.max(0, scope.lastIndexOf('.')));
  return optionList(desc, options, {
    types: printing.types,
    asGrpcurl: printing.sorted && !printing.whole,
    spreadFeatures: !printing.sorted,
    extensionName: (extension) =>
      printing.whole && !isImported(extension, printing.file)
        ? undefined
        : refer(extension.typeName, [scope, outside], printing),
  });
}

// Seen by the file: declared in it, in an import, or in what an import imports publicly.
function isImported(extension: DescExtension, file: DescFile): boolean {
  const seen = new Set<DescFile>([file, ...file.dependencies]);
  for (const each of seen) {
    if (each === file) continue;
    for (const index of each.proto.publicDependency) {
      const found = each.dependencies.find((dependency) => `${dependency.name}.proto` === each.proto.dependency[index]);
      if (found !== undefined) seen.add(found);
    }
  }
  return [...seen].some((each) => each.name === extension.file.name);
}

const longest = { sorted: 50, own: 100 };

/** `option x = …;` statements, which come first in their body. */
export function optionItems(list: OptionList, printing: Printing): Item[] {
  const items: Item[] = list.entries.map(({ name, custom, value }) => ({
    lines: assignment(`option ${name}`, value, printing),
    rank: 0,
    key: `${custom ? 1 : 0}${name}`,
  }));
  if (printing.sorted || list.unknown.length === 0) return items;
  const lines = list.unknown.map((number) => `// option ${number} is not in the schema`);
  return [...items, { lines, rank: 0, key: '2', apart: true }];
}

function assignment(name: string, value: Literal, printing: Printing): string[] {
  const [first, ...rest] = literalLines(value, printing.sorted ? longest.sorted : longest.own - name.length);
  const lines = [`${name} = ${first}`, ...rest];
  lines.push(`${lines.pop()};`);
  return lines;
}

/** Options in square brackets after a declaration, one a line where they are long; '' for none. */
export function bracketed(
  entries: readonly { readonly name: string; readonly custom: boolean; readonly value: Literal }[],
  printing: Printing,
): string[] {
  if (entries.length === 0) return [''];
  const sorted = printing.sorted
    ? [...entries].sort((a, b) => Number(a.custom) - Number(b.custom) || compareKeys(a.name, b.name))
    : entries;
  const limit = printing.sorted ? longest.sorted : longest.own;
  const all = sorted.map(({ name, value }) => assignment(name, value, printing).join('\n').slice(0, -1));
  const line = all.join(', ');
  if (line.length <= limit && !line.includes('\n') && (!printing.sorted || all.length <= 3)) return [` [${line}]`];
  return [' [', ...indented(all.join(',\n').split('\n')), ']'];
}

/** A declaration with its bracketed options behind it, and the semicolon. */
export function declaration(head: string, options: readonly string[]): string[] {
  const lines = [`${head}${options[0] ?? ''}`, ...options.slice(1)];
  lines.push(`${lines.pop()};`);
  return lines;
}
