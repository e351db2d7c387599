// The upper half of the side-by-side view: how the call is asked for, gRPC left and REST right, part by part.
import type { DescMethod } from '@bufbuild/protobuf';
import type { NoRest, RestEquivalent } from '../rest/rest.ts';
import type { Metadata } from '../wire/metadata.ts';
import { type Columns, toRight } from './columns.ts';
import { colourJson, indentJson, inlineJson } from './json-text.ts';
import { kindWords } from './list.ts';
import { requestPayload } from './rest-size.ts';
import { marks, type Style } from './style.ts';
import { humanSize } from './units.ts';
import { cellWidth, padCells, visible } from './visible.ts';

/** What is asked for, on both sides. */
export interface Asked {
  readonly method: DescMethod;
  /** As it may be shown: credentials masked. */
  readonly metadata: Metadata;
  /** The request as compact JSON with its size in bytes; absent where requests are a stream, or none went out. */
  readonly request: { readonly json: string; readonly size: number } | undefined;
  readonly equivalent: RestEquivalent | NoRest;
}

/** How bodies are written. */
export interface BodyOptions {
  readonly style: Style;
  /** Cells for the REST side. */
  readonly columns: { readonly right: number };
  /** The REST body even where it is the same as the message. */
  readonly full: boolean;
}

export interface HeadOptions extends BodyOptions {
  readonly columns: Columns;
}

/** The rows of the request, without the line under them. */
export function requestRows(asked: Asked, options: HeadOptions): string {
  const { style, columns } = options;
  const { method, equivalent } = asked;
  const title = `${style.bold(style.cyan('gRPC'))}  ${kindWords[method.methodKind]}`;
  const name = visible(`${method.parent.typeName}/${method.name}`);
  const request = requestLines(asked, columns, style);
  if ('none' in equivalent) {
    const why = visible(equivalent.none, { multiline: true }).split('\n');
    const right = [`${restTitle(style)}  none`, ...why, ...warningLines(equivalent, style)];
    const left = [title, style.bold(name), ...metadataRows(asked.metadata, style), ...request];
    return columns.pair(left, right) + sizeRow(asked, options);
  }
  const rest = `${restTitle(style)}  ${mappingWords(equivalent)}`;
  const metadata = metadataRows(asked.metadata, style);
  const headers = shownHeaders(equivalent);
  const places =
    asked.request === undefined ? streamPlace(equivalent, style) : placeLines(asked.request.json, equivalent, options);
  // Without metadata nothing on the left belongs beside a header: the message moves up.
  const parts =
    metadata.length === 0
      ? columns.pair(request, [...headers, ...places], { right: 2 })
      : columns.pair(metadata, headers, { left: 2, right: 2 }) + columns.pair(request, places, { right: 2 });
  return (
    columns.pair([title], [rest]) +
    columns.pair([style.bold(name)], [style.bold(requestLine(equivalent))], { right: 2 }) +
    parts +
    sizeRow(asked, options)
  );
}

/** `GET /users/u-42?view=FULL`; a WebSocket is `WS`. */
export function requestLine(equivalent: RestEquivalent): string {
  const method = equivalent.streaming === 'websocket' ? 'WS' : equivalent.httpMethod;
  const query = equivalent.query === '' ? '' : `?${equivalent.query}`;
  return visible(`${method} ${equivalent.path}${query}`);
}

/** Where the mapping is from: `derived, high: Get + user_id`, `declared: google.api.http`. */
export function mappingWords({ source, confidence, reason }: RestEquivalent): string {
  const how = source === 'derived' ? `${source}, ${confidence}` : source;
  return visible(reason === '' ? how : `${how}: ${reason}`);
}

/** Names lined up, as on every screen of ours. */
export function metadataRows(metadata: Metadata, style: Style): string[] {
  const width = Math.min(32, Math.max(0, ...metadata.map(([name]) => cellWidth(name))));
  return metadata.map(([name, value]) => `${style.cyan(padCells(visible(name), width))}  ${visible(value)}`);
}

/** What a REST side begins with. */
export function restTitle(style: Style): string {
  return style.bold(style.magenta('REST'));
}

/** The headers worth a line. JSON is what every request is made of, lines or not: only another type is one. */
export function shownHeaders({ headers }: RestEquivalent): string[] {
  return headers
    .filter(([name, value]) => !(name === 'content-type' && /^application\/(?:x-nd)?json$/.test(value)))
    .map(([name, value]) => visible(`${name}: ${value}`));
}

function requestLines({ request }: Asked, columns: Columns, style: Style): string[] {
  if (request === undefined) return [];
  const line = inlineJson(request.json);
  const lines = cellWidth(line) <= columns.fits ? [line] : indentJson(request.json);
  return lines.map((one) => colourJson(one, style));
}

/** Where the request's fields went, and the body where it is not the whole request `json` anyway. */
export function placeLines(json: string, equivalent: RestEquivalent, options: BodyOptions): string[] {
  const { style } = options;
  const { body } = equivalent;
  const to = marks(style).toServer;
  const text = body === undefined || typeof body.data !== 'string' ? undefined : body.data;
  const isSame = text !== undefined && text === json;
  const lines = isSame ? [`the same JSON ${to} body`] : groupedPlaces(equivalent, to);
  if (body !== undefined && typeof body.data !== 'string')
    lines.push(`${humanSize(body.data.length)} of ${visible(body.contentType)} ${to} body`);
  else if (text !== undefined && (options.full || !isSame)) lines.push(...bodyLines(text, body?.contentType, options));
  return [...lines, ...warningLines(equivalent, style)];
}

/** Where the messages of a stream go. */
export function streamPlace(equivalent: RestEquivalent, style: Style): string[] {
  const to = marks(style).toServer;
  const place = equivalent.streaming === 'websocket' ? 'a text frame' : 'a line or an element of the body';
  return [`each message ${to} ${place}`, ...warningLines(equivalent, style)];
}

/** `page_size, page_token → query`: fields that go to the same place in one line, in the order of the schema. */
function groupedPlaces({ places }: RestEquivalent, to: string): string[] {
  const byPlace = new Map<string, string[]>();
  for (const { field, place } of places) byPlace.set(place, [...(byPlace.get(place) ?? []), field]);
  return [...byPlace].map(([place, fields]) => visible(`${fields.join(', ')} ${to} ${place}`));
}

function warningLines({ warnings }: { readonly warnings: readonly string[] }, style: Style): string[] {
  return warnings.map((warning) => `${style.yellow('note:')} ${visible(warning)}`);
}

/** A body as it is sent: JSON on one line where it fits, text as it is, one line each. */
export function bodyLines(text: string, contentType: string | undefined, options: BodyOptions): string[] {
  if (!/json/.test(contentType ?? 'json')) return visible(text, { multiline: true }).replaceAll('\t', '  ').split('\n');
  const line = inlineJson(text);
  const lines = cellWidth(line) <= options.columns.right ? [line] : indentJson(text);
  return lines.map((one) => colourJson(one, options.style));
}

function sizeRow({ request, equivalent }: Asked, { style, columns }: HeadOptions): string {
  if (request === undefined) return '';
  const left = toRight('', style.dim(`${humanSize(request.size)} payload`), columns.left - 1);
  const bytes = 'none' in equivalent ? undefined : requestPayload(equivalent);
  const right = bytes === undefined ? '' : toRight('', style.dim(`${humanSize(bytes)} payload`), columns.right - 2);
  return columns.pair([left], [right]);
}
