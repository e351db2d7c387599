// What a method and one concrete call are over REST, as values: made in this folder, shown by render/, served by gateway/.
import type { DescMethod } from '@bufbuild/protobuf';
import type { Metadata } from '../wire/metadata.ts';
import type { PathTemplate } from './path-template.ts';

/** Where the mapping is from: a google.api.http rule (or rule file), our derivation, or the RPC path itself. */
export type RestSource = 'declared' | 'derived' | 'rpc-path';

/** How sure a derived mapping is; declared and rpc-path are always `high`. */
export type Confidence = 'high' | 'medium' | 'low';

/** Which mapping to show: declared, else derived; what would be derived even so; the RPC path. */
export type RestStyle = 'auto' | 'derived' | 'rpc';

/** Whose REST: error bodies, stream envelopes and metadata headers differ between them. */
export type RestDialect = 'google' | 'gateway' | 'envoy' | 'connect';

/** How a stream is carried; `none` for unary calls. */
export type StreamForm = 'none' | 'ndjson' | 'sse' | 'array' | 'websocket';

/** One HTTP method and path that a method answers to. Names are proto field names. */
export interface HttpBinding {
  /** Upper case; `*` is any method. */
  readonly httpMethod: string;
  readonly template: PathTemplate;
  /** `''`: no body; `*`: whatever the path does not take; else the field that is the body. */
  readonly body: string;
  /** `''`: the whole response message; else the field that is sent. */
  readonly responseBody: string;
}

/** The REST side of one method. */
export interface RestRoute {
  readonly method: DescMethod;
  readonly source: RestSource;
  readonly confidence: Confidence;
  /** Why it looks so: `google.api.http`, `Get + user_id`, `rules.yaml`. */
  readonly reason: string;
  /** The primary one first, then the additional ones; never empty. */
  readonly bindings: readonly HttpBinding[];
  /** `POST /pkg.Svc/Method`. */
  readonly fallback: string;
  readonly warnings: readonly string[];
  /** The declared routes of the same service that come after this one. */
  readonly later?: (() => readonly RestRoute[]) | undefined;
}

/** A body as sent: JSON text, or the bytes of a google.api.HttpBody. */
export interface RestBody {
  readonly contentType: string;
  readonly data: string | Uint8Array;
}

/** Where a request field went: `user_id` → `path`, `read_mask` → `query`, `book` → `body.book` where it is the body. */
export interface FieldPlace {
  readonly field: string;
  readonly place: string;
}

/** The REST request that one call equals. `path` and `query` are exactly as sent, escaped, `query` without `?`. */
export interface RestEquivalent {
  readonly source: RestSource;
  readonly httpMethod: string;
  readonly path: string;
  readonly query: string;
  /** Absent when none is sent. */
  readonly body?: RestBody;
  /** `''`, `*`, or the field. */
  readonly bodyField: string;
  /** The template as it was written. */
  readonly template: string;
  readonly confidence: Confidence;
  readonly reason: string;
  readonly streaming: StreamForm;
  /** As sent, credentials in clear: whoever shows them masks them. */
  readonly headers: Metadata;
  /** Other bindings that fit this message too, as `GET /v1/...`. */
  readonly alternatives: readonly string[];
  readonly fallback: string;
  readonly places: readonly FieldPlace[];
  readonly warnings: readonly string[];
}

/** A call without a REST form, and why: for each binding, what does not fit. */
export interface NoRest {
  readonly none: string;
  readonly warnings: readonly string[];
}
