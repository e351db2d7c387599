// Puts one FIELD=VALUE word after the other into a document, led by the message's type.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { ScalarType } from '@bufbuild/protobuf';
import { UserError } from '../errors.ts';
import { quoted, shown } from '../schema/quote.ts';
import { didYouMean } from '../schema/suggest.ts';
import { fieldShape, type Shape, shapeName, wrappedScalar } from './field-shape.ts';
import { parseTree, type Tree } from './field-tree.ts';
import { plainValue } from './field-value.ts';
import type { Step, Word } from './field-word.ts';
import { keyStep } from './field-word.ts';
import { integerRanges } from './integer-ranges.ts';
import { decodeUtf8 } from './text-string.ts';

const maxSteps = 100;

/** What has been set so far, so that nothing is set twice. */
export class FieldAssigner {
  private readonly readFile: (path: string) => Uint8Array;
  private readonly now: () => Date;
  /** The word that set each place, by its path. */
  private readonly setBy = new Map<string, string>();
  /** The member and the word that chose it, by the path of each oneof. */
  private readonly chosen = new Map<string, { field: DescField; word: string }>();

  constructor(readFile: (path: string) => Uint8Array, now: () => Date) {
    this.readFile = readFile;
    this.now = now;
  }

  /** The document with the word's value in its place; `tree` may be changed. Throws UserError 3. */
  assign(tree: Tree | undefined, shape: Shape, word: Word): Tree {
    if (word.path.length > maxSteps) this.fail(word, `a path of more than ${maxSteps} steps`);
    return this.put(tree, shape, word, 0, '');
  }

  private fail(word: Word, reason: string, hint?: string): never {
    const short = word.text.length > 80 ? `${word.text.slice(0, 80)}…` : word.text;
    throw new UserError(3, `${shown(short)}: ${reason}`, { hint });
  }

  private put(tree: Tree | undefined, shape: Shape, word: Word, at: number, place: string): Tree {
    const step = word.path[at];
    if (step === undefined) return this.value(tree, shape, word, place);
    switch (shape.kind) {
      case 'message':
        return this.putField(tree, shape.desc, word, at, place);
      case 'list':
        return this.putElement(tree, shape, word, at, place);
      case 'map':
        return this.putMember(tree, this.mapKey(shape, step, word), shape.element, word, at, place);
      case 'any':
        return this.putMember(tree, step.text, { kind: 'json' }, word, at, place);
      case 'json':
        if (step.kind === 'bracket' && !step.quoted && /^-?\d*$/.test(step.text)) {
          return this.putElement(tree, { kind: 'list', element: { kind: 'json' } }, word, at, place);
        }
        return this.putMember(tree, step.text, { kind: 'json' }, word, at, place);
      default:
        return this.fail(word, `${place} is ${shapeName(shape)}, it has nothing in it called ${quoted(step.text)}`);
    }
  }

  private putField(tree: Tree | undefined, desc: DescMessage, word: Word, at: number, place: string): Tree {
    const step = word.path[at]!;
    if (step.kind === 'bracket') {
      if (!/^[\w.]+\.\w+$|^[A-Za-z_]\w*$/.test(step.text)) {
        const what = place === '' ? `the request (${desc.typeName})` : `${place} (${desc.typeName})`;
        this.fail(word, `${what} is not a list, [${step.text}] does not apply`);
      }
      if (!word.json || at + 1 < word.path.length)
        this.fail(word, 'an extension is given as a whole', 'write [name]:=JSON');
      return this.putMember(tree, `[${step.text}]`, { kind: 'json' }, word, at, place);
    }
    const { text } = step;
    const field = desc.fields.find((f) => f.name === text) ?? desc.fields.find((f) => f.jsonName === text);
    if (field === undefined) {
      const names = desc.fields.map((f) => f.name);
      return this.fail(word, `${desc.typeName} has no field ${quoted(text)}`, didYouMean(text, names));
    }
    const wrapped = wrappedScalar(desc);
    if (wrapped !== undefined)
      return this.put(tree, { kind: 'scalar', scalar: wrapped }, word, at + 1, `${place}.${text}`);
    const members = membersOf(tree);
    this.chooseMember(members, field, word, place);
    const key = members.has(field.name) ? field.name : field.jsonName;
    const inner = place === '' ? field.name : `${place}.${field.name}`;
    members.set(key, this.put(members.get(key), fieldShape(field), word, at + 1, inner));
    return { kind: 'object', members };
  }

  /** Two words may not set two members of a oneof; a member that was in the base document gives way. */
  private chooseMember(members: Map<string, Tree>, field: DescField, word: Word, place: string): void {
    if (field.oneof === undefined) return;
    const key = `${place}/${field.oneof.name}`;
    const chosen = this.chosen.get(key);
    if (chosen !== undefined && chosen.field !== field) {
      this.fail(word, `excludes ${shown(chosen.word)}: oneof ${field.oneof.name} takes one of them`);
    }
    this.chosen.set(key, { field, word: word.text });
    for (const other of field.oneof.fields) {
      if (other === field) continue;
      members.delete(other.name);
      members.delete(other.jsonName);
    }
  }

  private putElement(
    tree: Tree | undefined,
    shape: Shape & { kind: 'list' },
    word: Word,
    at: number,
    place: string,
  ): Tree {
    const step = word.path[at]!;
    if (step.kind !== 'bracket' || !/^(?:-?\d+)?$/.test(step.text)) {
      return this.fail(word, `${place} is ${shapeName(shape)}`, `write ${place}[0].${step.text} for its first element`);
    }
    const items = itemsOf(tree);
    const index = indexOf(step.text, items.length);
    if (index < 0 || index > items.length) {
      const count = items.length === 1 ? '1 element' : `${items.length} elements`;
      this.fail(word, `${place} has ${count}, so there is no [${step.text}]`, `write ${place}[] to append`);
    }
    items[index] = this.put(items[index], shape.element, word, at + 1, `${place}[${index}]`);
    return { kind: 'list', items };
  }

  private mapKey(shape: Shape & { kind: 'map' }, step: Step, word: Word): string {
    const { text } = step;
    if (shape.key === ScalarType.STRING) return text;
    if (shape.key === ScalarType.BOOL) {
      return text === 'true' || text === 'false'
        ? text
        : this.fail(word, `expected a key true or false, got ${quoted(text)}`);
    }
    const [min, max] = integerRanges.get(shape.key)!;
    const number = /^-?\d+$/.test(text) ? BigInt(text) : max + 1n;
    if (number >= min && number <= max) return String(number);
    return this.fail(
      word,
      `expected a key of type ${shapeName({ kind: 'scalar', scalar: shape.key })}, got ${quoted(text)}`,
    );
  }

  private putMember(tree: Tree | undefined, key: string, shape: Shape, word: Word, at: number, place: string): Tree {
    const members = membersOf(tree);
    members.set(key, this.put(members.get(key), shape, word, at + 1, place + keyStep(key)));
    return { kind: 'object', members };
  }

  /** The value at the end of the path. */
  private value(tree: Tree | undefined, shape: Shape, word: Word, place: string): Tree {
    if (shape.kind === 'list') {
      const given = word.json ? this.jsonOf(word, word.value) : undefined;
      if (given !== undefined && (given.kind === 'list' || (given.kind === 'leaf' && given.text === 'null')))
        return this.once(word, place, given);
      const items = itemsOf(tree);
      items.push(given ?? this.plain(shape.element, word));
      return { kind: 'list', items };
    }
    return this.once(word, place, word.json ? this.jsonOf(word, word.value) : this.plain(shape, word));
  }

  private once(word: Word, place: string, value: Tree): Tree {
    const before = this.setBy.get(place);
    if (before !== undefined) this.fail(word, `${place} is set by ${shown(before)} already`);
    this.setBy.set(place, word.text);
    return value;
  }

  private plain(shape: Shape, word: Word): Tree {
    const { value } = word;
    const isFile = value.length > 1 && value.startsWith('@') && !value.startsWith('@@');
    const isBytes = shape.kind === 'scalar' && shape.scalar === ScalarType.BYTES;
    if (isFile && isBytes) {
      return { kind: 'leaf', text: JSON.stringify(Buffer.from(this.bytesOf(word, value)).toString('base64')) };
    }
    const isText = shape.kind === 'json' || (shape.kind === 'scalar' && shape.scalar === ScalarType.STRING);
    const content = isFile ? this.textOf(word, value) : value.startsWith('@@') ? value.slice(1) : value;
    const text = isText || !isFile ? content : content.trim();
    const plain = plainValue(shape, text, this.now, (reason, hint) => this.fail(word, reason, hint));
    if (plain !== undefined) return { kind: 'leaf', text: plain };
    if (isFile || /^\s*[{[]/.test(text)) return this.jsonOf(word, text);
    const path = word.text.slice(0, word.text.indexOf('='));
    const inside = shape.kind === 'map' ? `${path}.KEY=VALUE` : `${path}.FIELD=VALUE`;
    return this.fail(word, `expected ${shapeName(shape)}`, `write ${shown(inside)}, or ${shown(path)}:={…} in JSON`);
  }

  private jsonOf(word: Word, text: string): Tree {
    const json = word.json && text.startsWith('@') ? this.textOf(word, text) : text;
    return parseTree(json, (at, reason) => this.fail(word, `not JSON at character ${at + 1} of the value: ${reason}`));
  }

  private textOf(word: Word, value: string): string {
    return decodeUtf8(this.bytesOf(word, value)) ?? this.fail(word, `${shown(value.slice(1))} is not UTF-8 text`);
  }

  private bytesOf(word: Word, value: string): Uint8Array {
    const path = value.slice(1);
    try {
      return this.readFile(path);
    } catch (cause) {
      if (cause instanceof UserError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new UserError(3, `${shown(word.text)}: cannot read ${shown(path)}: ${reason}`, { cause });
    }
  }
}

function indexOf(text: string, length: number): number {
  if (text === '') return length;
  const index = Number(text);
  return text.startsWith('-') ? length + index : index;
}

/** The members of an object; none of what is not an object, such as null. */
function membersOf(tree: Tree | undefined): Map<string, Tree> {
  return tree?.kind === 'object' ? tree.members : new Map();
}

/** The elements of a list; a single value in the place of a list counts as its one element. */
function itemsOf(tree: Tree | undefined): Tree[] {
  if (tree?.kind === 'list') return tree.items;
  return tree === undefined || (tree.kind === 'leaf' && tree.text === 'null') ? [] : [tree];
}
