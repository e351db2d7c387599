// What every renderer hands back and takes: text apart from the streams it goes to, so that renderers stay pure and a
// test needs no streams.
import type { RestEvent } from '../rest/with-rest.ts';
import type { CallEvent } from '../rpc/event.ts';

/**
 * Text for the two streams: `out` is data for stdout, `err` is what is said about it, for stderr. Lines end with a
 * newline. Where both are there, `out` is written first.
 */
export interface Rendered {
  readonly out?: string;
  readonly err?: string;
  /** Bytes for stdout as they are, for `-o raw`. */
  readonly raw?: Uint8Array;
}

/** One event of a call to text. A renderer made by a factory may keep what it needs of earlier events of that call. */
export type Renderer = (event: CallEvent) => Rendered;

/** Prints one serialized message as text (JSON, text format), without a newline at the end. */
export type PrintMessage = (message: Uint8Array, which: 'request' | 'response') => string;

/** Nothing to show for this event. */
export const nothing: Rendered = {};

/** As Renderer, of a call's events with their REST twins, each before the event it belongs to. */
export type TwinRenderer = (event: CallEvent | RestEvent) => Rendered;

/** Whether an event is the REST twin of another. */
export function isTwin(event: CallEvent | RestEvent): event is RestEvent {
  return event.type === 'rest-request' || event.type === 'rest-message' || event.type === 'rest-status';
}

/** Thrown by a renderer that keeps what it is told until the end, and has been told more than it may keep. */
export class TooMuchToKeep extends Error {}
