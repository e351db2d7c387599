// The details that servers attach to a status, each standard kind in its own words (google/rpc/error_details.proto).
import { inlineJson } from './json-text.ts';
import type { Style } from './style.ts';
import { alignedTable } from './table.ts';
import { humanTime } from './units.ts';
import { visible } from './visible.ts';

type Doc = Readonly<Record<string, unknown>>;

/**
 * The lines for one detail, a JSON document with `@type`; kinds we do not know as JSON. `request` is the JSON document
 * that was sent, where it is known: a field violation then shows the value.
 */
export function detailLines(detail: unknown, request: unknown, style: Style): string[] {
  const doc = asDoc(detail);
  const type = typeof doc['@type'] === 'string' ? doc['@type'] : '';
  const write = writers.get(type.slice(type.lastIndexOf('/') + 1));
  const lines = write?.(doc, request, style) ?? [];
  return lines.length > 0 ? lines : [visible(inlineJson(JSON.stringify(detail) ?? 'null'))];
}

type Writer = (doc: Doc, request: unknown, style: Style) => string[];

const writers: ReadonlyMap<string, Writer> = new Map<string, Writer>([
  ['google.rpc.BadRequest', badRequest],
  ['google.rpc.ErrorInfo', errorInfo],
  ['google.rpc.RetryInfo', (doc) => words([['retry in', delayText(text(doc, 'retryDelay'))]])],
  ['google.rpc.ResourceInfo', resourceInfo],
  ['google.rpc.QuotaFailure', (doc, _, style) => violations(doc, ['subject', 'description'], 'quota', style)],
  ['google.rpc.PreconditionFailure', (doc, _, style) => violations(doc, ['type', 'subject', 'description'], '', style)],
  ['google.rpc.Help', (doc) => list(doc, 'links').map((link) => `${text(link, 'description')}: ${text(link, 'url')}`)],
  [
    'google.rpc.LocalizedMessage',
    (doc) =>
      words([
        ['message', text(doc, 'message')],
        ['locale', text(doc, 'locale')],
      ]),
  ],
  ['google.rpc.DebugInfo', debugInfo],
  [
    'google.rpc.RequestInfo',
    (doc) =>
      words([
        ['request', text(doc, 'requestId')],
        ['data', text(doc, 'servingData')],
      ]),
  ],
]);

/** What google.rpc.BadRequest details complain about, field by field. */
export function fieldViolations(details: readonly unknown[]): { readonly field: string; readonly problem: string }[] {
  return details
    .map(asDoc)
    .filter((doc) => String(doc['@type']).endsWith('/google.rpc.BadRequest'))
    .flatMap((doc) => list(doc, 'fieldViolations'))
    .map((violation) => ({ field: text(violation, 'field'), problem: text(violation, 'description') }))
    .filter(({ field }) => field !== '');
}

/** The fields that a google.rpc.BadRequest among the details complains about. */
export function violatedFields(details: readonly unknown[]): string[] {
  return fieldViolations(details).map(({ field }) => field);
}

/** The delay that a google.rpc.RetryInfo among the details asks for, as text; undefined without one. */
export function retryDelay(details: readonly unknown[]): string | undefined {
  const delay = retryDelayMs(details);
  return delay === undefined ? undefined : humanTime(delay);
}

/** The delay that a google.rpc.RetryInfo among the details asks for, in milliseconds; undefined without one. */
export function retryDelayMs(details: readonly unknown[]): number | undefined {
  const info = details.map(asDoc).find((doc) => String(doc['@type']).endsWith('/google.rpc.RetryInfo'));
  const seconds = info && /^(\d+(?:\.\d+)?)s$/.exec(text(info, 'retryDelay'))?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function badRequest(doc: Doc, request: unknown, style: Style): string[] {
  const rows = list(doc, 'fieldViolations').map((violation) => {
    const field = text(violation, 'field');
    const sent = valueAt(request, fieldPath(field));
    return [field, text(violation, 'description'), sent === undefined ? '(unset)' : visible(JSON.stringify(sent))];
  });
  if (rows.length === 0) return [];
  const sent = request !== undefined;
  const columns = sent ? 3 : 2;
  return tableLines(
    ['field', 'problem', 'you sent'].slice(0, columns),
    rows.map((row) => row.slice(0, columns)),
    style,
  );
}

function errorInfo(doc: Doc): string[] {
  const metadata = Object.entries(asDoc(doc.metadata)).map(([name, value]) => [name, visible(String(value))] as const);
  return words([['reason', text(doc, 'reason')], ['domain', text(doc, 'domain')], ...metadata]);
}

function resourceInfo(doc: Doc): string[] {
  const lines = words([
    ['resource', text(doc, 'resourceName')],
    ['type', text(doc, 'resourceType')],
    ['owner', text(doc, 'owner')],
  ]);
  const description = text(doc, 'description');
  return description === '' ? lines : [...lines, description];
}

function violations(doc: Doc, columns: readonly string[], what: string, style: Style): string[] {
  const rows = list(doc, 'violations').map((violation) => columns.map((name) => text(violation, name)));
  if (rows.length === 0) return [];
  const head = columns.map((name) => (name === 'description' ? 'problem' : what === '' ? name : `${what} of`));
  return tableLines(head, rows, style);
}

function debugInfo(doc: Doc): string[] {
  const detail = text(doc, 'detail');
  const stack = doc.stackEntries ?? doc.stack_entries;
  const entries = Array.isArray(stack) ? stack.map((entry) => `  ${visible(String(entry))}`) : [];
  return [`debug: ${detail}`, ...entries];
}

function tableLines(head: readonly string[], rows: readonly (readonly string[])[], style: Style): string[] {
  return alignedTable(head, rows, style).trimEnd().split('\n');
}

function words(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  const said = pairs.filter(([, value]) => value !== '').map(([name, value]) => `${visible(name)} ${value}`);
  return said.length === 0 ? [] : [said.join('  ')];
}

function delayText(duration: string): string {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(duration)?.[1];
  return seconds === undefined ? duration : humanTime(Number(seconds) * 1000);
}

function asDoc(value: unknown): Doc {
  return typeof value === 'object' && value !== null ? (value as Doc) : {};
}

// Documents carry JSON names or proto names, as the user asked for.
function member(doc: Doc, name: string): unknown {
  return doc[name] ?? doc[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function text(doc: Doc, name: string): string {
  const value = member(doc, name);
  return value === undefined || value === null
    ? ''
    : visible(typeof value === 'string' ? value : JSON.stringify(value));
}

function list(doc: Doc, name: string): Doc[] {
  const value = member(doc, name);
  return Array.isArray(value) ? value.map(asDoc) : [];
}

// `items[0].product_id`, as servers write field paths.
function fieldPath(field: string): string[] {
  return field.match(/[^.[\]]+/g) ?? [];
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  let value = document;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    const camel = part.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const name = Object.hasOwn(value, part) ? part : camel;
    if (!Object.hasOwn(value, name)) return undefined;
    value = (value as Doc)[name];
  }
  return value;
}
