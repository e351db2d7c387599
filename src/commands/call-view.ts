// What a session, the call and its view say to each other: what makes text of a call's events, and how the call ended.
import type { TwinRenderer } from '../render/rendered.ts';
import type { MakeTwins } from '../rest/with-rest.ts';
import type { Status } from '../wire/status.ts';

/** A renderer with what has to be fetched before it sees a status: the types of its details. */
export interface CallView {
  readonly render: TwinRenderer;
  prepare(status: Status): Promise<void>;
  /** Makes the REST twins of the call's events; absent where none are shown. */
  readonly twins?: MakeTwins | undefined;
}

/** How a call ended, for exit codes and expectations. */
export interface Outcome {
  readonly status: Status;
  readonly received: number;
  readonly last: Uint8Array | undefined;
  /** A person ended it. */
  readonly cancelled?: boolean | undefined;
}
