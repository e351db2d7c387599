// Which sides of a method are streams: asked by whoever shows, keeps or counts messages.
import type { DescMethod } from '@bufbuild/protobuf';

type Kind = Pick<DescMethod, 'methodKind'>;

/** True where the requests are a stream. */
export function streamsRequests({ methodKind }: Kind): boolean {
  return methodKind === 'client_streaming' || methodKind === 'bidi_streaming';
}

/** True where the responses are a stream. */
export function streamsResponses({ methodKind }: Kind): boolean {
  return methodKind === 'server_streaming' || methodKind === 'bidi_streaming';
}
