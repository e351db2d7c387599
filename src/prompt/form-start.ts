// A form at its beginning: empty, from a draft, or with another document put in.
import type { Tree } from '../codec/field-tree.ts';
import { jsonReader } from '../codec/json-reader.ts';
import { UserError } from '../errors.ts';
import { editOf } from './edit.ts';
import { jsonOf } from './form-document.ts';
import { rowText } from './form-move.ts';
import { emptyMessage, type MessageNode, type Node } from './form-node.ts';
import type { Place } from './form-place.ts';
import { nodeFromTree, type Reading } from './form-read.ts';
import { idOf, rowsOf, wrapped } from './form-rows.ts';
import type { FormOptions, FormState, FormTree } from './form-state.ts';
import { lineAndColumn, parseRelaxed, type RelaxedJson } from './value-json.ts';

/** What is wrong with a document, with line and column from 1. */
export interface DocumentError {
  readonly error: string;
  readonly line: number;
  readonly column: number;
}

/** The form as it opens. A draft that is no JSON is said in a notice and not used. */
export function startState(options: FormOptions): FormState {
  const flat = wrapped(options.message);
  const open = new Set(flat === undefined ? [] : [idOf([flat.name])]);
  const faults: string[] = [];
  const root = options.draft === undefined ? emptyMessage : draftRoot(options, options.draft, faults);
  const tree: FormTree = { root, open, showHidden: false };
  const notice = [...(options.warnings ?? []), ...faults];
  const state: FormState = { options, tree, at: '', edit: editOf(), undo: [], fresh: true };
  return { ...atFirstRow(state), ...(notice.length > 0 ? { notice } : {}) };
}

function draftRoot(options: FormOptions, draft: string, faults: string[]): MessageNode {
  const parsed = draft.trim() === '' ? undefined : parseRelaxed(draft);
  if (parsed === undefined) return emptyMessage;
  if ('fault' in parsed) {
    const { line, column } = lineAndColumn(draft, parsed.fault.at);
    faults.push(
      `the draft cannot be read (line ${line}, column ${column}: ${parsed.fault.message}), the form is empty`,
    );
    return emptyMessage;
  }
  const node = readNode({ kind: 'message', desc: options.message }, parsed, options, draft, (message) =>
    faults.push(`draft: ${message}`),
  );
  return node?.kind === 'message' ? node : emptyMessage;
}

/** The form with the first row active. */
function atFirstRow(state: FormState): FormState {
  const [first] = rowsOf(state.options.message, state.tree, state.options.types).rows;
  return { ...state, at: first?.id ?? '', edit: editOf(first === undefined ? '' : rowText(first)) };
}

/** A document's JSON in its place, with faults reported with line and column. */
export function readNode(
  place: Place,
  json: RelaxedJson,
  options: FormOptions,
  text: string,
  onFault: (message: string, at: number) => void,
): Node | undefined {
  const where = (tree: Tree, onName: boolean): number =>
    (onName ? json.nameAt.get(tree) : undefined) ?? json.at.get(tree) ?? 0;
  const reading: Reading = {
    types: options.types,
    now: () => options.now(),
    fault: (tree, path, message, onName = false) => onFault(withPath(path, message), where(tree, onName)),
    position: (tree) => {
      const { line, column } = lineAndColumn(text, where(tree, true));
      return `line ${line}, column ${column}`;
    },
  };
  return nodeFromTree(place, json.tree, reading, '');
}

function withPath(path: string, message: string): string {
  return path === '' || message.includes(path) ? message : `${path}: ${message}`;
}

/** A document as the value of a place, or what is wrong with it first. Comments and relaxed JSON are taken. */
export function nodeFromText(
  place: Place,
  text: string,
  options: FormOptions,
): { readonly node: Node | undefined } | DocumentError {
  const parsed = parseRelaxed(text);
  if ('fault' in parsed) return { error: parsed.fault.message, ...lineAndColumn(text, parsed.fault.at) };
  const faults: { message: string; at: number }[] = [];
  const node = readNode(place, parsed, options, text, (message, at) => faults.push({ message, at }));
  const first = faults.sort((a, b) => a.at - b.at)[0];
  if (first !== undefined) return { error: first.message, ...lineAndColumn(text, first.at) };
  const refused = refusal(place, node, options);
  return refused === undefined ? { node } : { error: refused, line: 1, column: 1 };
}

/** What the reader of documents says against the value; undefined if it takes it. */
export function refusal(place: Place, node: Node | undefined, options: FormOptions): string | undefined {
  const json = place.kind === 'message' ? (jsonOf(place, node, options.types, 'send') ?? '{}') : undefined;
  if (place.kind !== 'message' || json === undefined) return undefined;
  try {
    jsonReader(place.desc, { types: options.types })({ text: json, from: 'form', line: 1, column: 1 });
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message.replace(/^form:\d+:\d+: /, '');
  }
}
