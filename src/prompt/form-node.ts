// The values of a form as one immutable tree: what was typed beside the JSON it stands for, so that nothing typed is
// lost, and undo is going back to an earlier tree.
import type { DescExtension, DescField, DescMessage } from '@bufbuild/protobuf';
import { unreachable } from '../errors.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { fieldPlace, insidePlace, type Place } from './form-place.ts';

/** One line. Without `json` it is faulty, and only kept; it may then stand in the place of a message or list too. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly text: string;
  readonly json?: string | undefined;
  readonly fault?: string | undefined;
}

/** A message: members by proto name, extensions as `[full.name]`. */
export interface MessageNode {
  readonly kind: 'message';
  /** Members of a oneof keep their value when another is chosen. */
  readonly members: ReadonlyMap<string, Node>;
  /** The chosen member of each oneof, both by name. */
  readonly chosen: ReadonlyMap<string, string>;
  /** It is there even without members: `{}` was said. */
  readonly explicit: boolean;
  /** Members that the type does not have, as JSON by name; kept in drafts. */
  readonly extras: ReadonlyMap<string, string>;
}

/** A google.protobuf.Any: its type URL, and what is inside. */
export interface AnyNode {
  readonly kind: 'any';
  readonly type: string;
  readonly value: Node | undefined;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Node[];
}

/** A map as its entries, in the order in which they were made. Keys are as JSON has them. */
export interface MapNode {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

export interface MapEntry {
  readonly key: string;
  readonly value: Node | undefined;
}

export type Node = Leaf | MessageNode | AnyNode | ListNode | MapNode;

/** A way down: names of members, indexes of elements and entries, `@` into an Any. */
export type Steps = readonly (string | number)[];

export const emptyMessage: MessageNode = {
  kind: 'message',
  members: new Map(),
  chosen: new Map(),
  explicit: false,
  extras: new Map(),
};

const fieldMaps = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** The fields of a type by proto name and by JSON name. */
export function fieldsOf(desc: DescMessage): ReadonlyMap<string, DescField> {
  let fields = fieldMaps.get(desc);
  if (fields === undefined) {
    const byJson = desc.fields.map((field): [string, DescField] => [field.jsonName, field]);
    fields = new Map([...byJson, ...desc.fields.map((field): [string, DescField] => [field.name, field])]);
    fieldMaps.set(desc, fields);
  }
  return fields;
}

/** The field or extension that a member is. */
export function memberField(
  desc: DescMessage,
  name: string,
  types: TypeResolver,
): DescField | DescExtension | undefined {
  if (!name.startsWith('[')) return fieldsOf(desc).get(name);
  const extension = types.extensionByName(name.slice(1, -1));
  return extension?.extendee.typeName === desc.typeName ? extension : undefined;
}

/** The value at the end of the steps. */
export function nodeAt(node: Node | undefined, steps: Steps): Node | undefined {
  let found = node;
  for (const step of steps) found = found === undefined ? undefined : child(found, step);
  return found;
}

function child(node: Node, step: string | number): Node | undefined {
  switch (node.kind) {
    case 'leaf':
      return undefined;
    case 'message':
      return node.members.get(String(step));
    case 'any':
      return node.value;
    case 'list':
      return node.items[Number(step)];
    case 'map':
      return node.entries[Number(step)]?.value;
    default:
      return unreachable(node);
  }
}

/** The place one step down. */
export function placeDown(place: Place, node: Node | undefined, step: string | number, types: TypeResolver): Place {
  if (place.kind === 'list') return place.element;
  if (place.kind === 'map') return place.value;
  if (place.kind === 'any') {
    return insidePlace(node?.kind === 'any' ? node.type : '', (name) => types.message(name));
  }
  const field = place.kind === 'message' ? memberField(place.desc, String(step), types) : undefined;
  if (field === undefined) throw new Error(`no way down ${step}`);
  return fieldPlace(field);
}

/**
 * The tree with another value at the end of the steps, undefined to unset it: elements and entries then go. Messages on
 * the way are made; a member of a oneof that is set is chosen.
 */
export function withNode(
  place: Place,
  node: Node | undefined,
  steps: Steps,
  value: Node | undefined,
  types: TypeResolver,
): Node | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const before = node === undefined || node.kind === 'leaf' ? emptyNode(place) : node;
  const down = withNode(placeDown(place, before, step, types), child(before, step), rest, value, types);
  switch (before.kind) {
    case 'message':
      return withMember(place, before, String(step), down);
    case 'any':
      return { ...before, value: down };
    case 'list':
      return { kind: 'list', items: spliced(before.items, Number(step), down) };
    case 'map': {
      const entry = before.entries[Number(step)]!;
      const removed = down === undefined && rest.length === 0;
      return {
        kind: 'map',
        entries: spliced(before.entries, Number(step), removed ? undefined : { ...entry, value: down }),
      };
    }
    case 'leaf':
      throw new Error('a leaf has nothing in it');
    default:
      return unreachable(before);
  }
}

/** The items with one of them replaced, or removed where it is undefined. */
function spliced<T>(items: readonly T[], at: number, item: T | undefined): T[] {
  return [...items.slice(0, at), ...(item === undefined ? [] : [item]), ...items.slice(at + 1)];
}

/** A container with nothing in it. */
export function emptyNode(place: Place): Node {
  if (place.kind === 'list') return { kind: 'list', items: [] };
  if (place.kind === 'map') return { kind: 'map', entries: [] };
  return place.kind === 'any' ? { kind: 'any', type: '', value: undefined } : emptyMessage;
}

function withMember(place: Place, node: MessageNode, name: string, value: Node | undefined): MessageNode {
  const members = new Map(node.members);
  if (value === undefined) members.delete(name);
  else members.set(name, value);
  const oneof = place.kind === 'message' ? fieldsOf(place.desc).get(name)?.oneof : undefined;
  if (oneof === undefined || value === undefined) return { ...node, members };
  return { ...node, members, chosen: new Map(node.chosen).set(oneof.name, name) };
}

/** The message with a member of a oneof chosen, or none; values stay. */
export function withChoice(node: MessageNode, oneof: string, name: string | undefined): MessageNode {
  const chosen = new Map(node.chosen);
  if (name === undefined) chosen.delete(oneof);
  else chosen.set(oneof, name);
  return { ...node, chosen };
}
