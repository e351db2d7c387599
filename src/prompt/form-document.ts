// The values of a form as a JSON document. Leaves are put in as they are, so no digit is lost, and what is unset is not
// in it.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { hasOwnJson } from '../codec/well-known.ts';
import { unreachable } from '../errors.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { type AnyNode, type MessageNode, memberField, type Node } from './form-node.ts';
import { fieldPlace, insidePlace, type Place } from './form-place.ts';

/** `send` leaves faulty values out; `draft` keeps them, as strings, and members that the type does not have. */
export type Purpose = 'send' | 'draft';

/**
 * The JSON of a value in its place; undefined if it is unset, as a message is in which nothing is set and of which
 * nobody said `{}`.
 */
export function jsonOf(
  place: Place,
  node: Node | undefined,
  types: TypeResolver,
  purpose: Purpose,
): string | undefined {
  if (node === undefined) return undefined;
  switch (node.kind) {
    case 'leaf':
      return node.json ?? (purpose === 'draft' ? JSON.stringify(node.text) : undefined);
    case 'message': {
      if (place.kind !== 'message') return undefined;
      const members = memberTexts(place.desc, node, types, purpose);
      return members.length === 0 && !node.explicit ? undefined : `{${members.join(',')}}`;
    }
    case 'any':
      return anyJson(node, types, purpose);
    case 'list': {
      const items = node.items.map((item) => present(elementOf(place), item, types, purpose));
      const texts = items.filter((text) => text !== undefined);
      return texts.length === 0 ? undefined : `[${texts.join(',')}]`;
    }
    case 'map': {
      const texts: string[] = [];
      for (const { key, value } of node.entries) {
        const text = present(elementOf(place), value, types, purpose);
        if (text !== undefined) texts.push(`${JSON.stringify(key)}:${text}`);
      }
      return texts.length === 0 ? undefined : `{${texts.join(',')}}`;
    }
    default:
      return unreachable(node);
  }
}

function elementOf(place: Place): Place {
  return place.kind === 'list' ? place.element : place.kind === 'map' ? place.value : place;
}

/** As `jsonOf`, for places where a message is there even if nothing is set in it: elements, entries, chosen members. */
function present(place: Place, node: Node | undefined, types: TypeResolver, purpose: Purpose): string | undefined {
  return jsonOf(place, node, types, purpose) ?? (place.kind === 'message' && node?.kind !== 'leaf' ? '{}' : undefined);
}

/** `"name":value` of every member that is set: fields in the order of the source, then extensions. */
function memberTexts(desc: DescMessage, node: MessageNode, types: TypeResolver, purpose: Purpose): string[] {
  const texts: string[] = [];
  for (const field of desc.fields) {
    const text = fieldJson(field, node, types, purpose);
    if (text !== undefined) texts.push(`${JSON.stringify(field.jsonName)}:${text}`);
  }
  for (const [name, value] of node.members) {
    const extension = name.startsWith('[') ? memberField(desc, name, types) : undefined;
    const text = extension === undefined ? undefined : jsonOf(fieldPlace(extension), value, types, purpose);
    if (text !== undefined) texts.push(`${JSON.stringify(name)}:${text}`);
  }
  if (purpose === 'draft') for (const [name, json] of node.extras) texts.push(`${JSON.stringify(name)}:${json}`);
  return texts;
}

function fieldJson(field: DescField, node: MessageNode, types: TypeResolver, purpose: Purpose): string | undefined {
  const value = node.members.get(field.name);
  const place = fieldPlace(field);
  if (field.oneof === undefined) return jsonOf(place, value, types, purpose);
  return node.chosen.get(field.oneof.name) === field.name ? present(place, value, types, purpose) : undefined;
}

function anyJson(node: AnyNode, types: TypeResolver, purpose: Purpose): string {
  if (node.type === '') return '{}';
  const type = `"@type":${JSON.stringify(node.type)}`;
  const find = (name: string): DescMessage | undefined => types.message(name);
  const place = insidePlace(node.type, find);
  const name = node.type.slice(node.type.lastIndexOf('/') + 1);
  const value = jsonOf(place, node.value, types, purpose);
  if (find(name) === undefined) return `{${type},"@value":${value ?? '""'}}`;
  if (hasOwnJson(name) || place.kind !== 'message') return ownJson(name, type, value);
  const inside = value?.startsWith('{') ? value.slice(1, -1) : '';
  return `{${type}${inside === '' ? '' : `,${inside}`}}`;
}

/** Types with a JSON form of their own stand in a member `value`; google.type messages are members all the same. */
function ownJson(name: string, type: string, value: string | undefined): string {
  if (value === undefined) return `{${type}}`;
  if (hasOwnJson(name)) return `{${type},"value":${value}}`;
  return `{${type}${value === '{}' ? '' : `,${value.slice(1, -1)}`}}`;
}
