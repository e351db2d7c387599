// A value of one line: typed text to JSON, JSON to the text that gives it back, and what to say about it.
import { type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { parseTree, printTree, type Tree } from '../codec/field-tree.ts';
import { jsonReader } from '../codec/json-reader.ts';
import { camelPath, snakePath } from '../codec/time-text.ts';
import { UserError, unreachable } from '../errors.ts';
import { shown } from '../schema/quote.ts';
import type { TypeResolver } from '../schema/schema.ts';
import type { LeafPlace } from './form-place.ts';
import { parseEnum } from './value-enum.ts';
import { faultAt, type Parsed } from './value-fault.ts';
import { googleText, parseGoogle } from './value-google.ts';
import { lineAndColumn, parseRelaxed } from './value-json.ts';
import { parseFloating, parseInteger, rounding } from './value-number.ts';
import { escapedText } from './value-source.ts';
import { bytesNote, parseBool, parseBytes, parseString, stringText } from './value-text.ts';
import { parseDuration, parseTimestamp, timeNote } from './value-time.ts';

const noTypes: TypeResolver = {
  message: () => undefined,
  enum: () => undefined,
  extension: () => undefined,
  extensionByName: () => undefined,
};

/** What parsing needs beside the text: the field's name for messages, and the time. */
export interface ValueContext {
  readonly name: string;
  now(): Date;
}

/** The value that typed text stands for. Text is not empty, and has no `$`, `@` or `:` of its own meaning any more. */
export function parseLeaf(place: LeafPlace, typed: string, context: ValueContext): Parsed {
  if (place.kind === 'scalar' && place.scalar === ScalarType.STRING) return parseString(typed);
  const text = typed.trim();
  const start = typed.length - typed.trimStart().length;
  const parsed = parseTrimmed(place, text, context);
  return 'fault' in parsed && start > 0 ? faultAt(parsed.fault.at + start, parsed.fault.message) : parsed;
}

function parseTrimmed(place: LeafPlace, text: string, context: ValueContext): Parsed {
  switch (place.kind) {
    case 'scalar':
      return parseScalar(place.scalar, text, context.name);
    case 'enum':
      return parseEnum(place.desc, text, context.name);
    case 'null':
      return /^(?:null|NULL_VALUE|0)$/i.test(text) ? { json: 'null' } : faultAt(0, `${context.name} takes null alone`);
    case 'timestamp':
      return text.startsWith('{') ? parseJson(text, 'object') : parseTimestamp(text, () => context.now());
    case 'duration':
      return text.startsWith('{') ? parseJson(text, 'object') : parseDuration(text);
    case 'mask':
      return text.startsWith('{') ? parseJson(text, 'object') : parseMask(text);
    case 'google':
      return text.startsWith('{') ? parseMessage(text, place.desc) : parseGoogle(place.form, text);
    case 'json':
      return parseJson(text, ({ Struct: 'object', ListValue: 'list', Value: undefined } as const)[place.form]);
    default:
      return unreachable(place);
  }
}

function parseScalar(scalar: ScalarType, text: string, name: string): Parsed {
  switch (scalar) {
    case ScalarType.STRING:
      return parseString(text);
    case ScalarType.BYTES:
      return parseBytes(text, name);
    case ScalarType.BOOL:
      return parseBool(text, name);
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return parseFloating(scalar, text, name);
    case ScalarType.INT32:
    case ScalarType.INT64:
    case ScalarType.UINT32:
    case ScalarType.UINT64:
    case ScalarType.SINT32:
    case ScalarType.SINT64:
    case ScalarType.FIXED32:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED32:
    case ScalarType.SFIXED64:
      return parseInteger(scalar, text, name);
    default:
      return unreachable(scalar);
  }
}

/** Relaxed JSON; the message has row and column of the fault. */
function parseJson(text: string, wanted: Tree['kind'] | undefined): Parsed {
  const parsed = parseRelaxed(text);
  if ('fault' in parsed) {
    const { line, column } = lineAndColumn(text, parsed.fault.at);
    return faultAt(parsed.fault.at, `row ${line}, column ${column}: ${parsed.fault.message}`);
  }
  if (wanted !== undefined && parsed.tree.kind !== wanted) {
    return faultAt(0, wanted === 'object' ? 'expected a JSON object: {name: value}' : 'expected a JSON array: [1, 2]');
  }
  return { json: printTree(parsed.tree) };
}

/** Relaxed JSON of a message that holds neither Any nor extensions. */
function parseMessage(text: string, desc: DescMessage): Parsed {
  const parsed = parseJson(text, 'object');
  if ('fault' in parsed) return parsed;
  try {
    jsonReader(desc, { types: noTypes })({ text: parsed.json, from: '', line: 1, column: 1 });
    return parsed;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return faultAt(0, error.message.replace(/^:\d+:\d+: /, ''));
  }
}

/** Paths with commas between, in proto or JSON names. */
function parseMask(text: string): Parsed {
  const paths: string[] = [];
  let at = 0;
  for (const part of text.split(',')) {
    const path = part.trim();
    if (!/^[A-Za-z_*][\w*]*(?:\.[A-Za-z_*`"\w-]+)*$/.test(path)) {
      return faultAt(at, path === '' ? 'a path is missing' : `${shown(path)} is no field path; write a,b.c`);
    }
    paths.push(camelPath(path) ?? path);
    at += part.length + 1;
  }
  return { json: JSON.stringify(paths.join(',')) };
}

/** The paths of a field mask as the proto source names them. */
export function maskPaths(json: string | undefined): string[] {
  if (json === undefined || !json.startsWith('"')) return [];
  const text = JSON.parse(json) as string;
  return text === '' ? [] : text.split(',').map((path) => snakePath(path) ?? path);
}

/** What is to be shown and edited for a JSON value. The text may be one that `parseLeaf` refuses: then it does not fit. */
function leafText(place: LeafPlace, tree: Tree): string {
  const json = printTree(tree);
  if (place.kind === 'json' && place.form === 'Value') return json;
  if (tree.kind !== 'leaf') return (place.kind === 'google' ? googleText(place.form, tree) : undefined) ?? json;
  if (!json.startsWith('"')) return place.kind === 'enum' ? (place.desc.value[Number(json)]?.name ?? json) : json;
  const value = JSON.parse(json) as string;
  const isString = place.kind === 'scalar' && place.scalar === ScalarType.STRING;
  if (isString) return escapedText(stringText(value));
  if (place.kind === 'mask') return maskPaths(json).join(',') || '""';
  return value === '' ? '""' : value;
}

/**
 * A JSON value as a leaf of this place: the text for its line, and the JSON to send, which is the very text of the
 * document where that is right already. A string may also be what a person would type in the form.
 */
export function leafFromJson(
  place: LeafPlace,
  tree: Tree,
  context: ValueContext,
): { readonly text: string; readonly json: string } | { readonly text: string; readonly fault: string } {
  const text = leafText(place, tree);
  const json = printTree(tree);
  if (place.kind === 'scalar' && place.scalar === ScalarType.STRING) {
    if (!json.startsWith('"')) return { text: json, fault: `${context.name} takes text; put it in double quotes` };
    const parsed = parseString(stringText(JSON.parse(json) as string));
    return 'fault' in parsed ? { text, fault: parsed.fault.message } : { text, json };
  }
  if (place.kind === 'mask' && json === '""') return { text, json };
  const parsed = parseLeaf(place, text, context);
  if ('fault' in parsed) return { text, fault: parsed.fault.message };
  const asGiven = place.kind === 'json' || place.kind === 'google' || (place.kind === 'enum' && !json.startsWith('"'));
  return { text, json: asGiven ? json : parsed.json };
}

/** What to say under the line about a value: the moment, the bytes, the number that is stored. */
export function leafNote(place: LeafPlace, json: string): string | undefined {
  switch (place.kind) {
    case 'scalar':
      if (place.scalar === ScalarType.BYTES) return bytesNote(json);
      return place.scalar === ScalarType.FLOAT && !json.startsWith('"')
        ? rounding(place.scalar, Number(json))
        : undefined;
    case 'timestamp':
      return json.startsWith('"') ? timeNote(JSON.parse(json) as string) : undefined;
    case 'duration':
      return json.startsWith('"') ? (JSON.parse(json) as string) : undefined;
    case 'enum':
      return enumNote(place, json);
    case 'google':
    case 'null':
    case 'mask':
    case 'json':
      return undefined;
    default:
      return unreachable(place);
  }
}

function enumNote(place: LeafPlace & { kind: 'enum' }, json: string): string {
  const name = json.startsWith('"') ? (JSON.parse(json) as string) : undefined;
  const number = name === undefined ? Number(json) : place.desc.values.find((value) => value.name === name)?.number;
  return name === undefined ? `number ${number}, which has no name` : `number ${number}`;
}

/** The JSON text as a tree. Throws only if it is no JSON, which ours always is. */
export function treeOf(json: string): Tree {
  return parseTree(json, (at, reason) => {
    throw new Error(`no JSON at ${at}: ${reason}`);
  });
}
