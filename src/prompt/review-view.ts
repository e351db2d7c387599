// The lines of a review: the document, or what changed in it; target, metadata, the REST twin, warnings; the keys.
import { parseTree, type Tree } from '../codec/field-tree.ts';
import { wrapCells } from '../render/columns-wrap.ts';
import { colourJson } from '../render/json-text.ts';
import { marks } from '../render/style.ts';
import { cellWidth, cut, visible } from '../render/visible.ts';
import type { Size, View } from './machine.ts';
import { cutStyled } from './paint.ts';
import type { ReviewOptions, ReviewState } from './review.ts';

/** Lines of JSON are filled to this length. */
const lineWidth = 70;

/** Everything that the review says, but for the keys. */
export function reviewLines(options: ReviewOptions): string[] {
  return [heading(options), ...documentLines(options), ...factLines(options)];
}

/** The review on the screen: the document is cut to what fits, the rest is always there. */
export function viewReview(options: ReviewOptions, state: ReviewState, { columns, rows }: Size): View {
  const { style } = options;
  const room = Math.max(1, rows - 1);
  const wrapped = (line: string): string[] => wrapCells(line, columns - 1, 9);
  const facts = factLines(options).flatMap(wrapped);
  const document = documentLines(options, Math.min(lineWidth, columns - 4)).flatMap(wrapped);
  const free = Math.max(1, room - 2 - facts.length - (state.notice === undefined ? 0 : 1));
  const from = Math.max(0, Math.min(state.from, document.length - free));
  const shown = document.slice(from, from + free);
  const left = document.length - from - shown.length;
  if (left > 0) shown[shown.length - 1] = style.dim(`   (${left + 1} more ${marks(style).received})`);
  if (from > 0) shown[0] = style.dim(`   (${from + 1} more ${marks(style).sent})`);
  const notice = state.notice === undefined ? [] : [` ${style.yellow(state.notice)}`];
  const lines = [heading(options), ...shown, ...facts, ...notice].map((line) => cutStyled(line, columns - 1));
  if (state.word === undefined) return { above: [...lines.slice(0, room - 1), keyLine(options, columns)], below: [] };
  const { text, cursor } = state.word;
  return { above: lines.slice(0, room - 1), input: { before: ' PROD: type yes to send> ', text, cursor }, below: [] };
}

function heading({ target, deadline, production, style }: ReviewOptions): string {
  const parts = ['Review', target, ...(deadline === undefined ? [] : [`deadline ${deadline}`])];
  const mark = production ? ` ${style.red('PROD')}` : '';
  return `${mark} ${style.bold(parts.map((part) => visible(part)).join(` ${marks(style).between} `))}`;
}

function documentLines({ document, before, style }: ReviewOptions, width = lineWidth): string[] {
  // Beside an empty request everything is new, which says nothing.
  if (before === undefined || before.trim() === '{}')
    return layOut(document, width).map((line) => `   ${colourJson(line, style)}`);
  const changes = difference(layOut(before, 0), layOut(document, 0));
  if (changes.every(({ sign }) => sign === ' '))
    return [...layOut(document, width).map((line) => `   ${colourJson(line, style)}`), '   (as before)'];
  return changes.map(({ sign, line }) => {
    const text = ` ${sign} ${visible(line)}`;
    return sign === '+' ? style.green(text) : sign === '-' ? style.red(text) : text;
  });
}

function factLines({ metadata, rest, warnings, style }: ReviewOptions): string[] {
  const named = (name: string, lines: readonly string[]): string[] =>
    lines.map((line, at) => `   ${style.dim((at === 0 ? name : '').padEnd(5))} ${visible(line)}`);
  return [
    ...named('meta', metadata),
    ...named('REST', rest),
    ...warnings.map((line) => `   ${style.yellow('note')}  ${visible(line)}`),
  ];
}

function keyLine({ style }: ReviewOptions, columns: number): string {
  const keys = ' [s]end  [e]dit  [j]son  [m]eta  [w] save  [c]opy  [q] leave';
  const short = ' [s]end [e]dit [j]son [m]eta [q]uit';
  return cut(columns > cellWidth(keys) ? keys : short, columns - 1, marks(style).more);
}

/** JSON in lines: filled up to the width. `width` 0 gives every member its own line, so that lines can be compared. */
function layOut(json: string, width: number): string[] {
  let tree: Tree;
  try {
    tree = parseTree(json, (_, reason) => {
      throw new SyntaxError(reason);
    });
  } catch (error) {
    if (error instanceof SyntaxError) return json.split('\n');
    throw error;
  }
  const filled = width === 0 ? undefined : fill(tree, 0, width);
  const fits = filled?.split('\n').every((line) => line.length <= width + (width < lineWidth ? 0 : 10));
  return (fits === true ? filled! : pretty(tree, '', width)).split('\n');
}

/** JSON that begins at a column, as many members on a line as go; what goes on stands under the first member. */
function fill(tree: Tree, column: number, width: number): string {
  const flat = inline(tree);
  if (tree.kind === 'leaf' || column + flat.length <= width) return flat;
  const [open, close] = tree.kind === 'list' ? '[]' : '{}';
  const parts: (readonly [name: string, value: Tree])[] =
    tree.kind === 'list'
      ? tree.items.map((item) => ['', item])
      : [...tree.members].map(([name, value]) => [`${JSON.stringify(name)}:`, value]);
  let out = open!;
  let at = column + 1;
  parts.forEach(([name, value], index) => {
    const length = name.length + inline(value).length + 1;
    if (index > 0 && at + length > width) {
      out += `\n${' '.repeat(column + 1)}`;
      at = column + 1;
    }
    const text = name + fill(value, at + name.length, width) + (index < parts.length - 1 ? ',' : '');
    out += text;
    at = text.includes('\n') ? text.length - text.lastIndexOf('\n') - 1 : at + text.length;
  });
  return out + close;
}

function pretty(tree: Tree, indent: string, width: number): string {
  const flat = inline(tree);
  if (tree.kind === 'leaf' || (flat.length + indent.length <= width && width > 0)) return flat;
  const inner = `${indent}  `;
  const parts =
    tree.kind === 'list'
      ? tree.items.map((item) => inner + pretty(item, inner, width))
      : [...tree.members].map(([name, value]) => `${inner}${JSON.stringify(name)}: ${pretty(value, inner, width)}`);
  const [open, close] = tree.kind === 'list' ? '[]' : '{}';
  return parts.length === 0 ? `${open}${close}` : `${open}\n${parts.join(',\n')}\n${indent}${close}`;
}

function inline(tree: Tree): string {
  if (tree.kind === 'leaf') return tree.text;
  if (tree.kind === 'list') return `[${tree.items.map(inline).join(',')}]`;
  return `{${[...tree.members].map(([name, value]) => `${JSON.stringify(name)}:${inline(value)}`).join(',')}}`;
}

interface Change {
  readonly sign: ' ' | '+' | '-';
  readonly line: string;
}

/** More lines than this are not compared one with all others. */
const maxCompared = 1500;

/** The lines of both, those of the first alone with `-`, of the second alone with `+`: the longest common part stays. */
function difference(before: readonly string[], after: readonly string[]): Change[] {
  if (before.length > maxCompared || after.length > maxCompared) return after.map((line) => ({ sign: ' ', line }));
  const common = before.map(() => new Uint16Array(after.length + 1));
  common.push(new Uint16Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const isSame = before[i] === after[j];
      common[i]![j] = isSame ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!);
    }
  }
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    if (i < before.length && j < after.length && before[i] === after[j]) {
      changes.push({ sign: ' ', line: after[j]! });
      i++;
      j++;
    } else if (j >= after.length || (i < before.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      changes.push({ sign: '-', line: before[i++]! });
    } else changes.push({ sign: '+', line: after[j++]! });
  }
  return changes;
}
