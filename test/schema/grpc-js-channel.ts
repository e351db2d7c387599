// A Channel over grpc-js, so that these tests judge the schema by another transport than the program's own.
import * as grpc from '@grpc/grpc-js';
import type { Status } from '../../src/wire/status.ts';
import type { Channel, StartOptions, WireEvent, WireStream } from '../../src/wire/stream.ts';

/** Opens a plaintext channel to host:port. */
export function grpcJsChannel(address: string): Channel {
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), { 'grpc.max_receive_message_length': -1 });
  const same = (bytes: Buffer): Buffer => bytes;
  let connected = false;
  return {
    get connection() {
      const times = { resolveMs: undefined, connectMs: undefined, tlsMs: undefined, settingsMs: undefined };
      return connected ? { tls: false, peer: address, times } : undefined;
    },
    start(path, metadata, options: StartOptions): WireStream {
      const headers = new grpc.Metadata();
      for (const [name, value] of metadata) headers.add(name, value);
      const deadline = options.deadlineMs === undefined ? {} : { deadline: Date.now() + options.deadlineMs };
      const call = client.makeBidiStreamRequest(path, same, same, headers, deadline);
      options.signal.addEventListener('abort', () => call.cancel());
      const queue: WireEvent[] = [];
      let wake = (): void => {};
      let done = false;
      const push = (event: WireEvent): void => {
        queue.push(event);
        wake();
      };
      call.on('metadata', () => {
        connected = true;
        push({ type: 'headers', metadata: [], httpStatus: 200, at: 0 });
      });
      call.on('data', (bytes: Buffer) =>
        push({ type: 'message', bytes, wireSize: bytes.length, compressed: false, at: 0 }),
      );
      call.on('error', () => {});
      call.on('status', ({ code, details }: grpc.StatusObject) => {
        const ours = (code === 14 && /No connection|Failed to connect/i.test(details)) || code === 1 || code === 4;
        const status: Status = { code, message: details, details: [], origin: ours ? 'client' : 'server' };
        if (!ours) connected = true;
        push({ type: 'status', status, trailers: [], at: 0 });
      });
      return {
        send: (bytes) => {
          call.write(Buffer.from(bytes));
          return undefined;
        },
        halfClose: () => call.end(),
        cancel: () => call.cancel(),
        get ended() {
          return done;
        },
        async read() {
          if (queue.length === 0 && !done) await new Promise<void>((resolve) => (wake = resolve));
          const events = queue.splice(0);
          if (events.some(({ type }) => type === 'status')) done = true;
          return events;
        },
      };
    },
    close: () => client.close(),
  };
}
