// JSON on several lines for a person: long lists are shortened, and it is said how the rest can be had. Works on the
// tree, so that no digit of a number is lost.
import type { Tree } from '../codec/field-tree.ts';
import { colourJson } from '../render/json-text.ts';
import { marks, type Style } from '../render/style.ts';
import { visible } from '../render/visible.ts';
import { listShown } from './reply-values.ts';

/** The lines of `tree`, two blanks a level; `name` is what it is called in the session: `$7`. */
export function jsonLines(tree: Tree, name: string, style: Style): string[] {
  return valueLines({ key: '', value: tree, path: name }, style);
}

/** A member or element, with the path that leads to it. */
interface Part {
  readonly key: string;
  readonly value: Tree;
  readonly path: string;
}

function valueLines({ key, value, path }: Part, style: Style): string[] {
  const [open, close] = value.kind === 'list' ? '[]' : '{}';
  if (value.kind === 'leaf') return [colourJson(`${key}${value.text}`, style)];
  const parts = partsOf(value, path);
  if (parts.length === 0) return [colourJson(`${key}${open}${close}`, style)];
  const left = value.kind === 'list' ? value.items.length - parts.length : 0;
  const inner = parts.flatMap((part, at) => {
    const lines = valueLines(part, style);
    if (at < parts.length - 1 || left > 0) lines[lines.length - 1] += ',';
    return lines;
  });
  if (left > 0) inner.push(style.dim(`${marks(style).more} ${left} more, ${path}[${listShown}:]`));
  return [colourJson(`${key}${open}`, style), ...inner.map((line) => `  ${line}`), close!];
}

function partsOf(tree: Tree, path: string): Part[] {
  if (tree.kind === 'list')
    return tree.items.slice(0, listShown).map((value, at) => ({ key: '', value, path: `${path}[${at}]` }));
  if (tree.kind === 'leaf') return [];
  return [...tree.members].map(([name, value]) => ({
    key: `${JSON.stringify(name)}: `,
    value,
    path: /^[A-Za-z_]\w*$/.test(name) ? `${path}.${name}` : `${path}[${visible(JSON.stringify(name))}]`,
  }));
}
