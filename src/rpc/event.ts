// What happens in a call, as values in the order it happens: every renderer, test and the REST stage read these.
import type { DescMethod } from '@bufbuild/protobuf';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import type { Target } from '../wire/target.ts';

/**
 * The last event is always `status`. `message` is one serialized protobuf message, `size` its length in bytes, `at`
 * milliseconds since the call started. `headers` is absent in a trailers-only response.
 */
export type CallEvent =
  | { readonly type: 'start'; readonly method: DescMethod; readonly target: Target; readonly metadata: Metadata }
  | { readonly type: 'request'; readonly message: Uint8Array; readonly size: number; readonly at: number }
  | { readonly type: 'half-close'; readonly at: number }
  | { readonly type: 'headers'; readonly metadata: Metadata; readonly httpStatus: number; readonly at: number }
  | {
      readonly type: 'response';
      readonly message: Uint8Array;
      readonly size: number;
      readonly compressed: boolean;
      readonly at: number;
    }
  | { readonly type: 'status'; readonly status: Status; readonly trailers: Metadata; readonly at: number };
