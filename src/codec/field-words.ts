// A JSON document → the FIELD=VALUE words that stand for it: a template as words, and the command that repeats a form.
import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { UserError } from '../errors.ts';
import { fieldShape, messageShape, type Shape } from './field-shape.ts';
import { parseTree, printTree, type Tree } from './field-tree.ts';
import { plainValue } from './field-value.ts';
import { keyStep } from './field-word.ts';

/**
 * The words from which `documentFromFields` makes a document of the same meaning, in the document's order and without
 * quotes for a shell. What has no short form is written as `path:=JSON`. Throws UserError 3 if `text` is not JSON or
 * no object or list.
 */
export function fieldsFromJson(message: DescMessage, text: string): string[] {
  const tree = parseTree(text, (at, reason) => {
    throw new UserError(3, `not JSON at character ${at + 1}: ${reason}`);
  });
  if (tree.kind === 'leaf')
    throw new UserError(3, `${message.typeName} is written as a string or number here, not as fields`);
  const words: string[] = [];
  addWords(words, messageShape(message), tree, '');
  return words;
}

function addWords(words: string[], shape: Shape, tree: Tree, path: string): void {
  const before = words.length;
  if (path === '' || canGoInto(shape, tree)) goInto(words, shape, tree, path);
  else words.push(wordFor(shape, tree, path));
  // An empty message is there all the same, an empty list or map is not.
  const counts = tree.kind === 'object' && shape.kind !== 'map';
  if (words.length === before && path !== '' && counts) words.push(`${path}:=${printTree(tree)}`);
}

function canGoInto(shape: Shape, tree: Tree): boolean {
  if (tree.kind === 'leaf') return false;
  if (shape.kind === 'message') return tree.kind === 'object';
  if (shape.kind === 'map') return tree.kind === 'object' && !shape.isStruct;
  return shape.kind === 'list' && tree.kind === 'list' && shape.element.kind !== 'json';
}

function goInto(words: string[], shape: Shape, tree: Tree, path: string): void {
  if (tree.kind === 'list' && shape.kind === 'list') {
    const { element } = shape;
    tree.items.forEach((item, index) => {
      const isPlain = item.kind === 'leaf' && item.text !== 'null' && element.kind !== 'any';
      if (isPlain) words.push(wordFor(element, item, path === '' ? '[]' : path));
      else addWords(words, element, item, `${path}[${index}]`);
    });
  } else if (tree.kind === 'object') {
    for (const [key, value] of tree.members) addMember(words, shape, key, value, path);
  }
}

function addMember(words: string[], shape: Shape, key: string, value: Tree, path: string): void {
  if (shape.kind === 'map' || shape.kind === 'any' || shape.kind === 'json') {
    const element: Shape = shape.kind === 'map' ? shape.element : { kind: 'json' };
    const step = keyStep(key);
    addWords(words, element, value, path === '' && step.startsWith('.') ? key : path + step);
    return;
  }
  const field = shape.kind === 'message' ? fieldOf(shape.desc, key) : undefined;
  const name = field?.name ?? key;
  const inner = path === '' ? name : `${path}.${name}`;
  if (field === undefined) {
    words.push(`${inner}:=${printTree(value)}`);
    return;
  }
  const fieldType = fieldShape(field);
  // null is the same as nothing, except where it is a value (google.protobuf.Value and NullValue).
  const isNull = value.kind === 'leaf' && value.text === 'null';
  if (isNull && fieldType.kind !== 'json' && !isNullValue(fieldType)) return;
  addWords(words, fieldType, value, inner);
}

function isNullValue(shape: Shape): boolean {
  return shape.kind === 'enum' && shape.desc.typeName === 'google.protobuf.NullValue';
}

function fieldOf(desc: DescMessage, key: string): DescField | undefined {
  return desc.fields.find((field) => field.jsonName === key) ?? desc.fields.find((field) => field.name === key);
}

/** One word for a value that is not gone into: plain if that reads back as the same value, else JSON. */
function wordFor(shape: Shape, tree: Tree, path: string): string {
  const asJson = `${path}:=${printTree(tree)}`;
  if (tree.kind !== 'leaf' || (shape.kind === 'json' && !tree.text.startsWith('"'))) return asJson;
  const value = unquote(tree.text);
  const isBytes = shape.kind === 'scalar' && shape.scalar === ScalarType.BYTES;
  const plain = isBytes && value !== '' ? `base64:${value}` : value;
  const back = readsBackAs(shape, plain);
  if (back === undefined || unquote(back) !== value) return asJson;
  return `${path}=${plain.startsWith('@') ? '@' : ''}${plain}`;
}

/** The JSON that a plain value gives; undefined if it fits none. */
function readsBackAs(shape: Shape, plain: string): string | undefined {
  try {
    return plainValue(shape, plain, () => new Date(0), refuse);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function refuse(reason: string): never {
  throw new UserError(3, reason);
}

function unquote(json: string): string {
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}
