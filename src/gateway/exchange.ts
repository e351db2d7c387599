// What the answering of requests shares: the gateway that they came to, and one request that has become a call.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RestRules } from '../rest/route.ts';
import type { Schema } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Channel } from '../wire/stream.ts';
import type { Target } from '../wire/target.ts';
import type { Guard } from './guard.ts';
import type { Pages } from './pages.ts';
import type { Wording } from './reply.ts';
import type { RouteTable } from './routes.ts';
import type { Served } from './served.ts';

/** What all requests share. */
export interface Gateway extends Wording {
  readonly schema: Schema;
  readonly rules: RestRules;
  readonly channel: Channel;
  readonly target: Target;
  readonly baseMetadata: Metadata;
  readonly routes: RouteTable;
  readonly pages: Pages;
  readonly guard: Guard;
  readonly log: ((line: string) => void) | undefined;
  /** True once no new calls are taken. */
  isClosing(): boolean;
}

/** One request that has become a call. */
export interface Exchange {
  readonly gateway: Gateway;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly served: Served;
  readonly metadata: Metadata;
  readonly deadlineMs: number | undefined;
  /** The client takes trailers (`TE: trailers`). */
  readonly wantsTrailers: boolean;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}
