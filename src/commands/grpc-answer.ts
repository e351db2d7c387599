// One call with all it answers kept, for those who hold it against something else.
import type { DescMethod } from '@bufbuild/protobuf';
import { anyTypesOf } from '../codec/any-types.ts';
import type { GrpcAnswer } from '../rest/diff.ts';
import { call } from '../rpc/call.ts';
import type { Schema } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Target } from '../wire/target.ts';
import { deadlineOf } from './deadline.ts';
import { detailDocuments } from './details.ts';
import { type Session, throwIfInterrupted } from './session.ts';

/** Makes the call; resolves when it has ended, whatever its status. Throws UserError 2 without an address. */
export async function grpcAnswer(
  session: Session,
  schema: Schema,
  method: DescMethod,
  requests: readonly Uint8Array[],
): Promise<GrpcAnswer> {
  const messages: Uint8Array[] = [];
  const metadata: (readonly [string, string])[] = [];
  const fetchAny = anyTypesOf(method.output, schema);
  const { flags } = session.args;
  if (session.production) await (await import('./production.ts')).confirmCall(session, method);
  const events = call(session.channel(), method, requests, {
    target: session.target as Target,
    metadata: await session.metadata(),
    signal: session.signal,
    ...deadlineOf(session),
    compress: flags.text('compress') === 'gzip' ? 'gzip' : undefined,
  });
  for await (const event of events) {
    if (event.type === 'headers') metadata.push(...(event.metadata as Metadata));
    if (event.type === 'response') {
      messages.push(event.message);
      await fetchAny(event.message);
    }
    if (event.type !== 'status') continue;
    throwIfInterrupted(session.signal);
    metadata.push(...event.trailers);
    return { status: event.status, details: await detailDocuments(event.status, schema), metadata, messages };
  }
  throw new Error('the call ended without a status');
}
