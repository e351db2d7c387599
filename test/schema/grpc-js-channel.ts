// A Channel over grpc-js, so that these tests judge the schema by another transport than the program's usual one.
import { openGrpcJsChannel } from '../../src/wire/grpc-js-channel.ts';
import type { Channel } from '../../src/wire/stream.ts';
import { parseTarget } from '../../src/wire/target.ts';

/** Opens a plaintext channel to host:port, without a limit for messages. */
export function grpcJsChannel(address: string): Channel {
  return openGrpcJsChannel(parseTarget(address, { plaintext: true }), { maxMessageBytes: -1 });
}
