// A JSON document into the values of a form. What does not fit stays as faulty text in its place, and is reported with
// where it stands, so that a draft loses nothing and an edited document can be refused.
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { printTree, type Tree } from '../codec/field-tree.ts';
import { hasOwnJson } from '../codec/well-known.ts';
import { shown } from '../schema/quote.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { didYouMean } from '../schema/suggest.ts';
import { emptyMessage, type MapEntry, type MessageNode, memberField, type Node } from './form-node.ts';
import { fieldPlace, insidePlace, isLeaf, type LeafPlace, type Place } from './form-place.ts';
import { leafFromJson, parseLeaf } from './value-leaf.ts';

/** What reading needs, and where faults go. */
export interface Reading {
  readonly types: TypeResolver;
  now(): Date;
  /** `onName`: it is the member's name that is wrong, not its value. */
  fault(tree: Tree, path: string, message: string, onName?: boolean): void;
  /** Where a member's name stands, for messages; undefined if unknown. */
  position(tree: Tree): string | undefined;
}

/** The value of a JSON tree in its place; undefined where null stands for nothing. */
export function nodeFromTree(place: Place, tree: Tree, reading: Reading, path: string): Node | undefined {
  const isNull = tree.kind === 'leaf' && tree.text === 'null';
  if (isNull && place.kind !== 'null' && !(place.kind === 'json' && place.form === 'Value')) return undefined;
  if (isLeaf(place)) return leafNode(place, tree, reading, path);
  if (place.kind === 'list') return listNode(place, tree, reading, path);
  if (tree.kind !== 'object')
    return misfit(tree, reading, path, `takes ${place.kind === 'map' ? 'a map' : 'a message'}, an object in braces`);
  if (place.kind === 'map') return mapNode(place, tree, reading, path);
  return place.kind === 'any' ? anyNode(tree, reading, path) : messageNode(place.desc, tree, reading, path);
}

/** A value that fits nowhere stays as text. */
function misfit(tree: Tree, reading: Reading, path: string, reason: string): Node {
  const message = `${path === '' ? 'the message' : shown(path)} ${reason}`;
  reading.fault(tree, path, message);
  const json = printTree(tree);
  return { kind: 'leaf', text: json.startsWith('"') ? (JSON.parse(json) as string) : json, fault: message };
}

function leafNode(place: LeafPlace, tree: Tree, reading: Reading, path: string): Node {
  const read = leafFromJson(place, tree, { name: path, now: () => reading.now() });
  if ('fault' in read) reading.fault(tree, path, read.fault);
  return { kind: 'leaf', ...read };
}

/** A single value in the place of a list counts as its one element. */
function listNode(place: Place & { kind: 'list' }, tree: Tree, reading: Reading, path: string): Node {
  const items: Node[] = [];
  const given = tree.kind === 'list' ? tree.items : [tree];
  given.forEach((item, index) => {
    const node = nodeFromTree(place.element, item, reading, `${path}[${index}]`);
    items.push(node ?? misfit(item, reading, `${path}[${index}]`, 'must not be null'));
  });
  return { kind: 'list', items };
}

function mapNode(
  place: Place & { kind: 'map' },
  tree: Tree & { kind: 'object' },
  reading: Reading,
  path: string,
): Node {
  const entries: MapEntry[] = [];
  const seen = new Set<string>();
  for (const [name, value] of tree.members) {
    const inside = `${path}[${JSON.stringify(name)}]`;
    // Only a typed key has quotes and blanks around it that are not of the key.
    const key = place.key === ScalarType.STRING ? { key: name } : mapKey(place, name, () => reading.now());
    if ('fault' in key) reading.fault(value, inside, key.fault, true);
    const text = 'key' in key ? key.key : name;
    if (seen.has(text)) reading.fault(value, inside, `the key ${shown(text)} is given twice`, true);
    seen.add(text);
    const node = nodeFromTree(place.value, value, reading, inside);
    entries.push({ key: text, value: node ?? misfit(value, reading, inside, 'must not be null') });
  }
  return { kind: 'map', entries };
}

/** A typed key as JSON has it, or what is wrong with it. */
export function mapKey(
  place: Place & { kind: 'map' },
  text: string,
  now: () => Date,
): { readonly key: string } | { readonly fault: string; readonly at: number } {
  const parsed = parseLeaf({ kind: 'scalar', scalar: place.key }, text === '' ? '""' : text, { name: 'the key', now });
  if ('fault' in parsed) return { fault: parsed.fault.message, at: parsed.fault.at };
  return { key: parsed.json.startsWith('"') ? (JSON.parse(parsed.json) as string) : parsed.json };
}

/** The object's members as those of a message; `skip` is passed over. */
function messageNode(
  desc: DescMessage,
  tree: Tree & { kind: 'object' },
  reading: Reading,
  path: string,
  skip?: string,
): MessageNode {
  const members = new Map<string, Node>();
  const chosen = new Map<string, string>();
  const extras = new Map<string, string>();
  const trees = new Map<string, Tree>();
  for (const [name, value] of tree.members) {
    if (name === skip) continue;
    const field = memberField(desc, name, reading.types);
    if (field === undefined) {
      const hint = didYouMean(
        name,
        desc.fields.map((each) => each.name),
      );
      reading.fault(
        value,
        path,
        `${desc.typeName} has no field ${shown(name)}${hint === undefined ? '' : `; ${hint}`}`,
        true,
      );
      extras.set(name, printTree(value));
      continue;
    }
    const key = field.kind === 'extension' ? `[${field.typeName}]` : field.name;
    const inside = path === '' ? key : `${path}.${key}`;
    if (trees.has(key)) reading.fault(value, inside, `${key} is given twice`, true);
    const node = nodeFromTree(fieldPlace(field), value, reading, inside);
    if (node === undefined) continue;
    if (field.kind === 'field') choose(field, value, chosen, trees, reading, inside);
    trees.set(key, value);
    members.set(key, node);
  }
  return { ...emptyMessage, members, chosen, extras, explicit: members.size === 0 };
}

function choose(
  field: DescField,
  tree: Tree,
  chosen: Map<string, string>,
  trees: ReadonlyMap<string, Tree>,
  reading: Reading,
  path: string,
): void {
  if (field.oneof === undefined) return;
  const other = chosen.get(field.oneof.name);
  if (other !== undefined && other !== field.name) {
    const where = reading.position(trees.get(other)!);
    const first = where === undefined ? other : `${other} (${where})`;
    reading.fault(tree, path, `oneof ${field.oneof.name} takes one field, ${first} or ${field.name}`, true);
  }
  chosen.set(field.oneof.name, field.name);
}

/** An Any of an unknown type is kept as JSON unless it has its bytes in `@value`. */
function anyNode(tree: Tree & { kind: 'object' }, reading: Reading, path: string): Node {
  const typeTree = tree.members.get('@type');
  if (typeTree === undefined && tree.members.size === 0) return { kind: 'any', type: '', value: undefined };
  if (typeTree?.kind !== 'leaf' || !typeTree.text.startsWith('"')) {
    return misfit(tree, reading, path, 'takes an object with "@type", which says what it holds');
  }
  const type = JSON.parse(typeTree.text) as string;
  const name = type.slice(type.lastIndexOf('/') + 1);
  const place = insidePlace(type, (each) => reading.types.message(each));
  const known = reading.types.message(name) !== undefined;
  if (!known) {
    const bytes = tree.members.get('@value');
    if (bytes === undefined || tree.members.size > 2) {
      const json = printTree(tree);
      return { kind: 'leaf', text: json, json };
    }
    return { kind: 'any', type, value: nodeFromTree(place, bytes, reading, `${path}.@value`) };
  }
  if (place.kind === 'message')
    return { kind: 'any', type, value: messageNode(place.desc, tree, reading, path, '@type') };
  if (!hasOwnJson(name)) {
    const members = new Map([...tree.members].filter(([key]) => key !== '@type'));
    return { kind: 'any', type, value: nodeFromTree(place, { kind: 'object', members }, reading, path) };
  }
  const value = tree.members.get('value');
  if (value === undefined) return { kind: 'any', type, value: undefined };
  return { kind: 'any', type, value: nodeFromTree(place, value, reading, `${path}.value`) };
}
