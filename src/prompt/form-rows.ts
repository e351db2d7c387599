// The rows of the form, made from the types and the values only as far as something is open, so that messages that hold
// themselves have an end and large ones stay quick.
import type { DescExtension, DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';
import type { TypeResolver } from '../schema/schema.ts';
import { isOutputOnly, requiredBy } from './field-facts.ts';
import { maskFields } from './field-mask.ts';
import { type MessageNode, memberField, type Node, type Steps } from './form-node.ts';
import { fieldPlace, insidePlace, isLeaf, type Place } from './form-place.ts';
import type { FormTree } from './form-state.ts';
import { maskPaths } from './value-leaf.ts';

/** One line of the form. `add` and `extension` are the rows that make new ones. */
export interface Row {
  readonly id: string;
  readonly role: 'value' | 'oneof' | 'add' | 'extension' | 'tick';
  /** Where its value is; of `add`, `oneof` and `extension` rows the list, the map or the message. */
  readonly steps: Steps;
  readonly place: Place;
  readonly node: Node | undefined;
  /** The path as one writes it: `item.tags[0]`. */
  readonly name: string;
  readonly depth: number;
  readonly field?: DescField | DescExtension | undefined;
  readonly oneof?: DescOneof | undefined;
  /** The path of a field mask that this row ticks. */
  readonly tick?: string | undefined;
  /** The row that it is inside of; none at the top. */
  readonly parent?: string | undefined;
  /** It is an element of a list or an entry of a map, this one. */
  readonly index?: number | undefined;
  readonly key?: string | undefined;
  readonly opens: boolean;
  readonly isOpen: boolean;
  /** The types around it, the innermost last. */
  readonly around: readonly DescMessage[];
}

export interface Rows {
  readonly rows: readonly Row[];
  /** How many output-only fields are not shown. */
  readonly hidden: number;
}

const made = new WeakMap<FormTree, Rows>();

/** The rows of a tree. Made once per tree. */
export function rowsOf(desc: DescMessage, tree: FormTree, types: TypeResolver): Rows {
  let rows = made.get(tree);
  if (rows === undefined) {
    const maker = new RowMaker(tree, types, wrapped(desc));
    maker.message({ desc, node: tree.root, steps: [], name: '', depth: 0, parent: undefined, around: [] });
    rows = { rows: maker.rows, hidden: maker.hidden };
    made.set(tree, rows);
  }
  return rows;
}

/**
 * The one field of a request that is but a wrapper around a message, such as UpdateItemRequest around Item: it is open
 * from the start, without a row of its own.
 */
export function wrapped(desc: DescMessage): DescField | undefined {
  const messages = desc.fields.filter((field) => fieldPlace(field).kind === 'message' && field.oneof === undefined);
  const [only] = messages;
  const isWrapper = desc.name.endsWith('Request') && desc.fields.length <= 6;
  const fits = isWrapper && messages.length === 1 && only!.message !== desc && only!.message!.fields.length > 0;
  return fits ? only : undefined;
}

interface Level {
  readonly desc: DescMessage;
  readonly node: MessageNode | undefined;
  readonly steps: Steps;
  readonly name: string;
  readonly depth: number;
  readonly parent: string | undefined;
  readonly around: readonly DescMessage[];
}

type Inside = Pick<Level, 'depth' | 'parent' | 'around'>;
type Spot = Pick<Row, 'steps' | 'place' | 'node' | 'name'> & Partial<Pick<Row, 'field' | 'index' | 'key'>>;

class RowMaker {
  readonly rows: Row[] = [];
  hidden = 0;
  private readonly tree: FormTree;
  private readonly types: TypeResolver;
  private readonly wrapped: DescField | undefined;

  constructor(tree: FormTree, types: TypeResolver, flat: DescField | undefined) {
    this.tree = tree;
    this.types = types;
    this.wrapped = flat;
  }

  message(level: Level): void {
    const oneofs = new Set<DescOneof>();
    const inside = { ...level, around: [...level.around, level.desc] };
    for (const field of level.desc.fields) {
      if (field.oneof === undefined) this.field(inside, field);
      else if (!oneofs.has(field.oneof)) {
        oneofs.add(field.oneof);
        this.oneof(inside, field.oneof);
      }
    }
    for (const name of level.node?.members.keys() ?? []) {
      const extension = name.startsWith('[') ? memberField(level.desc, name, this.types) : undefined;
      if (extension !== undefined) this.member(inside, extension, name);
    }
    if (level.desc.proto.extensionRange.length > 0) this.extensionRow(inside);
  }

  private field(level: Level, field: DescField): void {
    const isSet = level.node?.members.has(field.name) === true;
    if (isOutputOnly(field) && !isSet && !this.tree.showHidden && requiredBy(field) !== 'wire') this.hidden++;
    else this.member(level, field, field.name);
  }

  private member(level: Level, field: DescField | DescExtension, name: string): void {
    const path = level.name === '' ? name : `${level.name}.${name}`;
    const spot = {
      steps: [...level.steps, name],
      place: fieldPlace(field),
      node: level.node?.members.get(name),
      name: path,
      field,
    };
    const isFlat = level.depth === 0 && field === this.wrapped && this.tree.open.has(path);
    if (isFlat) this.inside(spot, path, { ...level, parent: undefined });
    else this.value(spot, level);
  }

  /** The row of a value, and what is inside if it is open. */
  private value(spot: Spot, level: Inside): void {
    const id = idOf(spot.steps);
    const { place, node } = spot;
    const opens = canOpen(place, node);
    const isOpen = opens && this.tree.open.has(id);
    this.rows.push({
      ...spot,
      id,
      role: 'value',
      opens,
      isOpen,
      depth: level.depth,
      parent: level.parent,
      around: level.around,
    });
    if (isOpen) this.inside(spot, id, { depth: level.depth + 1, parent: id, around: level.around });
  }

  private inside(spot: Spot, id: string, level: Inside): void {
    const { place, node, steps, name } = spot;
    if (place.kind === 'message') {
      const message = node?.kind === 'message' ? node : undefined;
      this.message({ ...level, desc: place.desc, node: message, steps, name });
    } else if (place.kind === 'any') this.any(spot, level);
    else if (place.kind === 'list') this.list(spot, place, id, level);
    else if (place.kind === 'map') this.map(spot, place, id, level);
    else if (place.kind === 'mask') this.ticks(spot, id, level);
  }

  private any({ node, steps, name }: Spot, level: Inside): void {
    if (node?.kind !== 'any' || node.type === '') return;
    const place = insidePlace(node.type, (each) => this.types.message(each));
    if (place.kind === 'message') {
      const message = node.value?.kind === 'message' ? node.value : undefined;
      this.message({ ...level, desc: place.desc, node: message, steps: [...steps, '@'], name });
    } else this.value({ steps: [...steps, '@'], place, node: node.value, name: `${name}.value` }, level);
  }

  private list({ node, steps, name }: Spot, place: Place & { kind: 'list' }, id: string, level: Inside): void {
    const items = node?.kind === 'list' ? node.items : [];
    items.forEach((item, index) => {
      const spot = { steps: [...steps, index], place: place.element, node: item, name: `${name}[${index}]`, index };
      this.value(spot, level);
    });
    this.other('add', `${id}+`, { steps, place, node, name: `${name}[${items.length}]` }, level);
  }

  private map({ node, steps, name }: Spot, place: Place & { kind: 'map' }, id: string, level: Inside): void {
    const entries = node?.kind === 'map' ? node.entries : [];
    entries.forEach(({ key, value }, index) => {
      const path = `${name}[${JSON.stringify(key)}]`;
      this.value({ steps: [...steps, index], place: place.value, node: value, name: path, index, key }, level);
    });
    this.other('add', `${id}+`, { steps, place, node, name: `${name}[…]` }, level);
  }

  private oneof(level: Level, oneof: DescOneof): void {
    const name = level.name === '' ? oneof.name : `${level.name}.${oneof.name}`;
    const id = `${idOf(level.steps)}(${oneof.name})`;
    const place: Place = { kind: 'message', desc: level.desc };
    this.other('oneof', id, { steps: level.steps, place, node: level.node, name }, level, { oneof });
    const chosen = level.node?.chosen.get(oneof.name);
    const field = oneof.fields.find((each) => each.name === chosen);
    if (field !== undefined) this.member({ ...level, depth: level.depth + 1 }, field, field.name);
  }

  private extensionRow(level: Level): void {
    const place: Place = { kind: 'message', desc: level.desc };
    const name = level.name === '' ? '[…]' : `${level.name}.[…]`;
    this.other('extension', `${idOf(level.steps)}[]`, { steps: level.steps, place, node: level.node, name }, level);
  }

  private ticks({ steps, place, node }: Spot, id: string, level: Inside): void {
    const set = new Set(maskPaths(node?.kind === 'leaf' ? node.json : undefined));
    const around = level.around.at(-1);
    const paths = around === undefined ? [] : maskFields(around).map((field) => field.name);
    for (const tick of [...paths, ...[...set].filter((path) => !paths.includes(path))]) {
      this.other('tick', `${id}?${tick}`, { steps, place, node, name: tick }, level, { tick });
    }
  }

  private other(
    role: Row['role'],
    id: string,
    spot: Spot,
    level: Inside,
    more: Partial<Pick<Row, 'oneof' | 'tick'>> = {},
  ): void {
    const { depth, parent, around } = level;
    this.rows.push({ ...spot, ...more, id, role, opens: false, isOpen: false, depth, parent, around });
  }
}

/** Ids name places by index, so that they stay the same while keys are edited. */
export function idOf(steps: Steps): string {
  return steps.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

function canOpen(place: Place, node: Node | undefined): boolean {
  if (place.kind === 'mask') return true;
  if (isLeaf(place) || node?.kind === 'leaf') return false;
  return place.kind !== 'message' || place.desc.fields.length > 0 || place.desc.proto.extensionRange.length > 0;
}
