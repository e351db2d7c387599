// grpc.health.v1, without its schema: two tiny messages (https://github.com/grpc/grpc/blob/master/doc/health-checking.md).

import { BinaryReader, BinaryWriter } from '@bufbuild/protobuf/wire';
import { type Io, write } from '../io.ts';
import { visible } from '../render/visible.ts';
import type { Status } from '../wire/status.ts';
import type { WireStream } from '../wire/stream.ts';
import { showStatus } from './failure.ts';
import type { Args } from './parse.ts';
import { type Session, throwIfInterrupted } from './session.ts';
import { waitUntilReachable } from './wait.ts';
import { splitAddress } from './words.ts';

const servingStatusNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const notServing = 78;

/** `grepl health ADDRESS [SERVICE] [--watch]`: the status name on stdout; exit 0 for SERVING, 78 for any other. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address, rest } = splitAddress(args, io, 0);
  const session = open(address);
  session.subject = 'grpc.health.v1.Health/Check';
  await waitUntilReachable(session, args.flags.number('wait'));
  const service = rest[0] ?? '';
  const watch = args.flags.bool('watch');
  const stream = session
    .channel()
    .start(`/grpc.health.v1.Health/${watch ? 'Watch' : 'Check'}`, await session.metadata(), {
      signal: session.signal,
      deadlineMs: args.flags.number('deadline') ?? (watch ? undefined : session.timeLeft()),
    });
  stream.send(new BinaryWriter().uint32(10).string(service).finish());
  stream.halfClose();
  return follow(stream, io, session, service);
}

async function follow(stream: WireStream, io: Io, session: Session, service: string): Promise<number> {
  let newest = notServing;
  for (;;) {
    for (const event of await stream.read()) {
      if (event.type === 'message') {
        const code = servingStatus(event.bytes);
        newest = code === 1 ? 0 : notServing;
        await write(io.stdout, `${servingStatusNames[code] ?? visible(String(code))}\n`);
      } else if (event.type === 'status') {
        throwIfInterrupted(session.signal);
        if (event.status.code === 0) return newest;
        await showStatus(explained(event.status, service), session, 'grpc.health.v1.Health');
        // Whatever the reason: only SERVING is healthy.
        return notServing;
      }
    }
  }
}

/** NOT_FOUND and UNIMPLEMENTED have a meaning of their own in the health protocol. */
function explained(status: Status, service: string): Status {
  if (status.code === 5)
    return {
      ...status,
      hint: `the server does not know the health of "${service}"; without a service it answers for all`,
    };
  if (status.code === 12) return { ...status, hint: 'the server does not serve grpc.health.v1.Health' };
  return status;
}

/** Field 1 of HealthCheckResponse; 0 when it is absent. */
function servingStatus(bytes: Uint8Array): number {
  const reader = new BinaryReader(bytes);
  let code = 0;
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) code = reader.int32();
    else reader.skip(wireType);
  }
  return code;
}
