// The REST twin in one line under the status: what is left of it where there is no room for two columns.
import type { NoRest, RestEquivalent } from '../rest/rest.ts';
import type { RestEvent } from '../rest/with-rest.ts';
import { nothing, type TwinRenderer } from './rendered.ts';
import { bodySize, byteLength, httpWords, requestPayload } from './rest-size.ts';
import { requestLine } from './side-by-side-head.ts';
import { marks, type Style } from './style.ts';
import { humanSize } from './units.ts';
import { visible } from './visible.ts';

export interface RestLineOptions {
  readonly style: Style;
  /** Of the request document, where many calls are made. */
  readonly number?: number | undefined;
  /** Requests are a stream. */
  readonly streamsIn?: boolean | undefined;
}

/** One call's REST side, as far as it is known. */
export interface RestSeen {
  readonly equivalent: RestEquivalent | NoRest;
  /** Bytes of the answer's body; undefined for a stream. */
  readonly answered: number | undefined;
  readonly end: Extract<RestEvent, { type: 'rest-status' }> | undefined;
  /** The call ended with OK. */
  readonly isOk: boolean;
}

/** A renderer that writes the line to stderr when the call is over. */
export function restLineRenderer(options: RestLineOptions): TwinRenderer {
  let equivalent: RestEquivalent | NoRest | undefined;
  let answered: number | undefined;
  let end: Extract<RestEvent, { type: 'rest-status' }> | undefined;
  return (event) => {
    if (event.type === 'rest-request') equivalent = event.equivalent;
    else if (event.type === 'rest-message') {
      if (event.direction === 'response') answered = byteLength(event.text);
    } else if (event.type === 'rest-status') end = event;
    else if (event.type === 'status' && equivalent !== undefined) {
      const bytes = end?.body ? bodySize(end.body) : answered;
      return { err: restLine({ equivalent, answered: bytes, end, isOk: event.status.code === 0 }, options) };
    }
    return nothing;
  };
}

/** `REST  GET /users/u-42  → 200 OK  14 B + 162 B  (derived, high)`, with a newline. */
export function restLine(
  { equivalent, answered, end, isOk }: RestSeen,
  { style, number, streamsIn }: RestLineOptions,
): string {
  const title = style.magenta(number === undefined ? 'REST' : `REST ${number}`);
  if ('none' in equivalent) return `${title}  none: ${visible(equivalent.none)}\n`;
  const { source, confidence, streaming } = equivalent;
  const parts = [title, requestLine(equivalent)];
  if (end !== undefined) {
    const http = `${marks(style).toServer} ${httpWords(end, streaming, isOk)}`;
    parts.push(isOk ? style.green(http) : style.red(http));
    const sent = streamsIn === true ? streaming : humanSize(requestPayload(equivalent));
    const isWhole = streaming === 'none' || end.body !== undefined || answered !== undefined;
    const back = isWhole ? humanSize(answered ?? 0) : streaming;
    parts.push(style.dim(sent === back ? back : `${sent} + ${back}`));
  }
  parts.push(style.dim(source === 'derived' ? `(${source}, ${confidence})` : `(${source})`));
  return `${parts.join('  ')}\n`;
}
