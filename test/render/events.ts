// The events of made-up calls, for the renderers of calls.
import type { DescMethod } from '@bufbuild/protobuf';
import type { PrintMessage, Rendered, Renderer } from '../../src/render/rendered.ts';
import type { CallEvent } from '../../src/rpc/event.ts';
import type { Metadata } from '../../src/wire/metadata.ts';
import type { Status } from '../../src/wire/status.ts';
import type { Target } from '../../src/wire/target.ts';

const target: Target = {
  address: '127.0.0.1:50051',
  authority: '127.0.0.1:50051',
  endpoint: { host: '127.0.0.1', port: 50051 },
  pathPrefix: '',
  security: 'plaintext',
  tls: {},
};

export const ok: Status = { code: 0, message: '', details: [], origin: 'server' };

/** The messages of these calls are JSON text in UTF-8: printing is decoding. */
export const print: PrintMessage = (message) => new TextDecoder().decode(message);

export interface Told {
  readonly method: DescMethod;
  readonly metadata?: Metadata;
  readonly requests?: readonly string[];
  readonly headers?: Metadata;
  readonly responses?: readonly string[];
  readonly status?: Status;
  readonly trailers?: Metadata;
}

/** All events of a call, a millisecond apart. */
export function eventsOf(told: Told): CallEvent[] {
  let at = 0;
  const sized = (text: string) => {
    const message = new TextEncoder().encode(text);
    return { message, size: message.length, at: ++at };
  };
  return [
    { type: 'start', method: told.method, target, metadata: told.metadata ?? [] },
    ...(told.requests ?? []).map((text) => ({ type: 'request' as const, ...sized(text) })),
    { type: 'half-close', at: ++at },
    ...(told.headers ? [{ type: 'headers' as const, metadata: told.headers, httpStatus: 200, at: ++at }] : []),
    ...(told.responses ?? []).map((text) => ({ type: 'response' as const, compressed: false, ...sized(text) })),
    { type: 'status', status: told.status ?? ok, trailers: told.trailers ?? [], at: ++at },
  ];
}

/** What a renderer makes of the events, stream by stream. */
export function renderAll(render: Renderer, events: readonly CallEvent[]): Required<Pick<Rendered, 'out' | 'err'>> {
  let out = '';
  let err = '';
  for (const event of events) {
    const rendered = render(event);
    out += rendered.out ?? '';
    err += rendered.err ?? '';
  }
  return { out, err };
}
