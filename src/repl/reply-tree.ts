// A reply as a tree: every value on a line of its own, under what holds it.
// Lists are shortened on request only; notes stand dim beside the values.
import type { DescMessage } from '@bufbuild/protobuf';
import { parseTree, type Tree } from '../codec/field-tree.ts';
import { marks, type Style } from '../render/style.ts';
import { cellWidth, padCells, visible } from '../render/visible.ts';
import { memberField, shownValue, type ValueType, valueType } from './reply-values.ts';

/** A JSON value as a tree, nothing left out; lines end with a newline. */
export function treeText(json: string, message: DescMessage | undefined, style: Style): string {
  const tree = parsedJson(json);
  const lines = treeLines(tree.kind === 'object' ? tree : asObject(tree), message, { style, shown: Infinity }, '');
  return lines.map((line) => `${line}\n`).join('');
}

/** JSON as a tree. Throws SyntaxError for anything else. */
export function parsedJson(json: string): Tree {
  return parseTree(json, (_, reason) => {
    throw new SyntaxError(reason);
  });
}

/** The elements of a list as members `[0]`, `[1]` …; a lone value as one without a name. */
function asObject(tree: Tree): Tree & { readonly kind: 'object' } {
  const items = tree.kind === 'list' ? tree.items : [tree];
  return { kind: 'object', members: new Map(items.map((item, at) => [`[${at}]`, item])) };
}

/** Every value on a line of its own under the message or list that holds it. */
export function treeLines(tree: Tree, message: DescMessage | undefined, look: TreeLook, indent: string): string[] {
  if (tree.kind !== 'object') return [];
  const { style } = look;
  const names = [...tree.members.keys()].map((name) => visible(name));
  const width = Math.max(0, ...names.map(cellWidth));
  const [branch, last, through] = style.ascii ? ['|- ', '`- ', '|  '] : ['├ ', '└ ', '│ '];
  return [...tree.members].flatMap(([name, value], at) => {
    const isLast = at === names.length - 1;
    const head = `${indent}${style.dim(isLast ? last : branch)}`;
    const below = `${indent}${isLast ? ' '.repeat(through.length) : style.dim(through)}`;
    // The elements of a list have the type of the list.
    const type = name.startsWith('[') ? message : valueType(memberField(message, name));
    const shown = shownValue(value, type);
    if (!shown) return [`${head}${style.cyan(visible(name))}`, ...inside(value, type, look, below)];
    const note = shown.note === undefined ? '' : `   ${style.dim(shown.note)}`;
    return [`${head}${style.cyan(padCells(visible(name), width))}  ${shown.text.replaceAll('\n', '\\n')}${note}`];
  });
}

/** How a tree is drawn: how many elements of a list are shown. */
interface TreeLook {
  readonly style: Style;
  readonly shown: number;
}

function inside(value: Tree, type: ValueType, look: TreeLook, indent: string): string[] {
  const message = type?.kind === 'message' ? type : undefined;
  if (value.kind !== 'list') return treeLines(value, message, look, indent);
  const items = value.items.slice(0, look.shown);
  const left = value.items.length - items.length;
  const lines = treeLines(asObject({ kind: 'list', items }), message, look, indent);
  return left === 0 ? lines : [...lines, `${indent}${look.style.dim(`${marks(look.style).more} ${left} more`)}`];
}
