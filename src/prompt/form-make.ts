// Typed text made into a value of a place: also JSON for what opens, a type's name for an Any, one more element for a list.
import { ScalarType } from '@bufbuild/protobuf';
import { shown } from '../schema/quote.ts';
import { didYouMean } from '../schema/suggest.ts';
import { emptyMessage, emptyNode, type Leaf, type MapNode, type Node } from './form-node.ts';
import { isLeaf, type LeafPlace, type Place } from './form-place.ts';
import { mapKey } from './form-read.ts';
import type { Row } from './form-rows.ts';
import { readNode } from './form-start.ts';
import type { FormState } from './form-state.ts';
import { type Fault, faultAt } from './value-fault.ts';
import { parseRelaxed } from './value-json.ts';
import { parseLeaf } from './value-leaf.ts';
import { resolveSources } from './value-source.ts';

/** A value made of typed text. */
export type Made = { readonly node: Node | undefined; readonly ask?: string | undefined } | { readonly fault: Fault };

/** What the text makes of a place: also JSON for what opens, a type's name for an Any, one more element for a list. */
export function makeNode(place: Place, text: string, state: FormState, row: Row): Made {
  const { options } = state;
  const resolved = resolveSources(text, options);
  if ('fault' in resolved) return resolved;
  if (isLeaf(place)) {
    const made = leafNode(place, text, resolved, row.name, state);
    return made;
  }
  const value = resolved.text.trim();
  if (place.kind === 'any' && !value.startsWith('{')) return anyOfType(value, state);
  const brackets = place.kind === 'list' ? '[' : '{';
  if (value.startsWith(brackets)) return fromJson(place, resolved.text, state);
  if (place.kind === 'list') return appended(row, makeNode(place.element, text, state, row));
  if (place.kind === 'map') return entryOf(place, row.node, text, state, row);
  return faultAt(0, `${row.name} opens with →; or write {} or {…} in JSON`);
}

function leafNode(
  place: LeafPlace,
  typed: string,
  resolved: { readonly text: string; readonly resolved: boolean; readonly json?: string; readonly bytes?: Uint8Array },
  name: string,
  { options }: FormState,
): Made {
  const context = { name, now: () => options.now() };
  const isText = place.kind === 'scalar' && 'scalar' in place && resolved.bytes !== undefined;
  const value = isText ? fileText(place, resolved) : resolved.text;
  const parsed = parseLeaf(place, value === '' ? '""' : value, context);
  if ('fault' in parsed) {
    // Where the fault is in a file or a variable does not help in the line.
    const moved = resolved.resolved ? 0 : parsed.fault.at + (typed.length - resolved.text.length);
    return faultAt(Math.max(0, moved), parsed.fault.message);
  }
  const leaf: Leaf = { kind: 'leaf', text: typed, json: parsed.json };
  return { node: leaf, ask: parsed.ask };
}

/** A file's content as text that is parsed like typed text: whole for strings, as base64 for bytes. */
function fileText(place: LeafPlace, { text, bytes }: { readonly text: string; readonly bytes?: Uint8Array }): string {
  if (place.kind !== 'scalar' || bytes === undefined) return text;
  const name = place.scalar;
  if (name === ScalarType.BYTES) return `b64:${Buffer.from(bytes).toString('base64')}`;
  return name === ScalarType.STRING ? JSON.stringify(text) : text.trim();
}

function fromJson(place: Place, text: string, { options }: FormState): Made {
  const parsed = parseRelaxed(text);
  if ('fault' in parsed) return parsed;
  const faults: Fault[] = [];
  const node = readNode(place, parsed, options, text, (message, at) => faults.push({ message, at }));
  const [first] = faults.sort((a, b) => a.at - b.at);
  return first === undefined ? { node: node?.kind === 'message' ? explicit(node) : node } : { fault: first };
}

function explicit(node: Node & { kind: 'message' }): Node {
  return { ...node, explicit: true };
}

function appended(row: Row, made: Made): Made {
  if ('fault' in made || made.node === undefined) return made;
  const items = row.node?.kind === 'list' ? row.node.items : [];
  return { ...made, node: { kind: 'list', items: [...items, made.node] } };
}

/** `key=value`, or a key alone whose value is still to come. */
function entryOf(
  place: Place & { kind: 'map' },
  node: Node | undefined,
  text: string,
  state: FormState,
  row: Row,
): Made {
  const { key: typedKey, value, valueAt } = splitEntry(text);
  const key = mapKey(place, typedKey, () => state.options.now());
  if ('fault' in key) return faultAt(key.at, key.fault);
  const entries = node?.kind === 'map' ? node.entries : [];
  if (entries.some((entry) => entry.key === key.key)) return faultAt(0, `the key ${shown(key.key)} is there already`);
  const made = value === undefined ? { node: unsetValue(place.value) } : makeNode(place.value, value, state, row);
  if ('fault' in made) return faultAt(made.fault.at + valueAt, made.fault.message);
  const map: MapNode = { kind: 'map', entries: [...entries, { key: key.key, value: made.node }] };
  return { ...made, node: map };
}

function unsetValue(place: Place): Node | undefined {
  return isLeaf(place) ? undefined : place.kind === 'message' ? { ...emptyMessage, explicit: true } : emptyNode(place);
}

/** The key before the first `=` and the value behind it; a key with `=` in it is written in double quotes. */
export function splitEntry(text: string): { key: string; value: string | undefined; valueAt: number } {
  const found = /^\s*("(?:[^"\\]|\\.)*"|[^=]*?)\s*(?:=(.*))?$/s.exec(text)!;
  const value = found[2];
  return {
    key: found[1]!,
    value: value?.trim(),
    valueAt: value === undefined ? 0 : text.length - value.trimStart().length,
  };
}

/** An Any of a type that is named in full, by URL, or by the unique end of its name. */
export function anyOfType(text: string, { options }: FormState): Made {
  const name = text.slice(text.lastIndexOf('/') + 1);
  const url = text.includes('/') ? text : undefined;
  if (options.types.message(name) !== undefined) return { node: anyNode(url ?? `type.googleapis.com/${name}`) };
  const names = options.typeNames();
  const ends = names.filter((each) => each === name || each.endsWith(`.${name}`));
  if (ends.length === 1) return { node: anyNode(`type.googleapis.com/${ends[0]}`) };
  if (ends.length > 1) return faultAt(text.length, `${shown(name)} may be ${ends.slice(0, 4).map(shown).join(' or ')}`);
  // A URL in full is taken as it is: the contents are then bytes.
  if (url !== undefined && /^[\w.]+$/.test(name)) return { node: anyNode(url) };
  const near = didYouMean(name, names);
  return faultAt(0, `no message type ${shown(name)} is known${near === undefined ? '' : `; ${near}`}`);
}

function anyNode(type: string): Node {
  return { kind: 'any', type, value: undefined };
}

/** What typed text in the row behind a list's or map's last one makes of the whole. */
export function addedTo(place: Place, text: string, state: FormState, row: Row): Made {
  if (place.kind !== 'list') return makeNode(place, text, state, row);
  const isMany = text.trim().startsWith('[') && !takesArrays(place.element);
  return isMany ? listed(place, text, state, row) : appended(row, makeNode(place.element, text, state, row));
}

function takesArrays(place: Place): boolean {
  return place.kind === 'json' && place.form !== 'Struct';
}

function listed(place: Place & { kind: 'list' }, text: string, state: FormState, row: Row): Made {
  const made = fromJson(place, text, state);
  const items = row.node?.kind === 'list' ? row.node.items : [];
  if ('fault' in made || made.node?.kind !== 'list') return made;
  return { node: { kind: 'list', items: [...items, ...made.node.items] } };
}
