// The REST call of a command line's request: worked out, as text, as a document.
import type { DescMethod } from '@bufbuild/protobuf';
import { jsonPrinter } from '../codec/json-printer.ts';
import { webSocketUrl } from '../render/curl.ts';
import { restDocument } from '../render/rest-document.ts';
import { restText } from '../render/rest-document-text.ts';
import { mappingWords } from '../render/side-by-side-head.ts';
import type { Style } from '../render/style.ts';
import { restEquivalent } from '../rest/equivalent.ts';
import type { NoRest, RestEquivalent } from '../rest/rest.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import type { Schema } from '../schema/schema.ts';
import { isTyped, requestMessages } from './requests.ts';
import { curlOf, openRestSide, type RestSide, sentBody, shownForm } from './rest-view.ts';
import type { Session } from './session.ts';

/** A call's REST side, with the messages where requests are a stream. */
export interface RestCall {
  readonly side: RestSide;
  readonly equivalent: RestEquivalent | NoRest;
  readonly messages: readonly Uint8Array[];
  /** Request messages as JSON; undefined where there is one. */
  readonly sent: readonly string[] | undefined;
}

/** The REST call for the words and data of a command line. Throws as requestMessages and openRestSide do. */
export async function restCallOf(
  session: Session,
  schema: Schema,
  method: DescMethod,
  words: readonly string[],
): Promise<RestCall> {
  const messages: Uint8Array[] = [];
  // A stream of requests that nobody has written down yet: its form is shown, nothing is waited for.
  if (!isTyped(session, method, words)) {
    for await (const message of await requestMessages(session, method, schema, words)) messages.push(message);
  }
  return restCall(await openRestSide(session, schema, method), messages);
}

/** The REST call for request messages. */
export function restCall(side: RestSide, messages: readonly Uint8Array[]): RestCall {
  const { method, schema, dialect, metadata, route } = side;
  const streams = streamsRequests(method);
  const deadlineMs = side.session.args.flags.number('deadline');
  const stream = shownForm(method, dialect);
  const options = { types: schema.types, dialect, metadata, deadlineMs, stream };
  const equivalent = restEquivalent(route, streams ? undefined : messages[0], options);
  if (!streams) return { side, equivalent, messages, sent: undefined };
  const print = jsonPrinter(method.input, { types: schema.types, unknown: 'drop' });
  return { side, equivalent, messages, sent: messages.map(print) };
}

/** The call as text with its curl line. */
export function restCallText({ side, equivalent, sent }: RestCall, style: Style): string {
  if ('none' in equivalent) return restText(equivalent, { style, curl: '' });
  const body = sent === undefined || sent.length === 0 ? undefined : sentBody(sent, side.dialect);
  return restText(equivalent, { style, curl: curlOf(side)(equivalent, sent), body });
}

/** The call as a JSON document on one line. */
export function restCallDocument({ side, equivalent, sent }: RestCall): string {
  const curl = 'none' in equivalent ? '' : curlOf(side)(equivalent, sent);
  return restDocument(equivalent, { curl, sent });
}

/** What is to be known beside the call itself, a line each. */
export function notesOf({ equivalent, side }: RestCall): string[] {
  const warnings = equivalent.warnings.map((warning) => `grepl: warning: ${warning}`);
  if ('none' in equivalent) return warnings;
  const also = equivalent.alternatives.map((one) => `also: ${one}`);
  const rpc = equivalent.source === 'derived' ? [`also: ${equivalent.fallback}`] : [];
  const socket =
    equivalent.streaming === 'websocket'
      ? [`as a WebSocket: ${webSocketUrl(equivalent, side.base)}, each message a text frame; {"$end":true} ends yours`]
      : [];
  return [mappingWords(equivalent), ...also, ...rpc, ...socket, ...warnings];
}
