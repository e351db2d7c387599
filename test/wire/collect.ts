// Runs one call to its end and sums it up: what the tests of this folder look at.
import type { Metadata } from '../../src/wire/metadata.ts';
import { codeName, type Status } from '../../src/wire/status.ts';
import type { Channel, StartOptions, WireEvent } from '../../src/wire/stream.ts';

/** What came of a call. */
export interface Summary {
  readonly events: readonly WireEvent[];
  readonly messages: readonly Buffer[];
  readonly headers: Metadata | undefined;
  readonly status: Status;
  readonly name: string;
  /** Message and hint, the words that reach the user. */
  readonly words: string;
  readonly trailers: Metadata;
}

/** Sends the messages, ends the request and reads to the end. */
export async function callOnce(
  channel: Channel,
  path: string,
  messages: readonly Uint8Array[] = [Buffer.from([10, 2, 111, 107])],
  options: Partial<StartOptions> & { readonly metadata?: Metadata } = {},
): Promise<Summary> {
  const { metadata, ...rest } = options;
  const stream = channel.start(path, metadata ?? [], { signal: new AbortController().signal, ...rest });
  for (const message of messages) await stream.send(message);
  stream.halfClose();
  return collect(stream);
}

/** Reads a stream to its end. */
export async function collect(stream: { read(): Promise<readonly WireEvent[]> }): Promise<Summary> {
  const events: WireEvent[] = [];
  for (let batch = await stream.read(); batch.length > 0; batch = await stream.read()) events.push(...batch);
  const last = events.at(-1);
  if (last?.type !== 'status') throw new Error('the last event is no status');
  const headers = events.find((event) => event.type === 'headers');
  return {
    events,
    messages: events.flatMap((event) => (event.type === 'message' ? [Buffer.from(event.bytes)] : [])),
    headers: headers?.metadata,
    status: last.status,
    name: codeName(last.status.code),
    words: [last.status.message, last.status.hint ?? '', ...(last.status.warnings ?? [])].join('\n'),
    trailers: last.trailers,
  };
}
