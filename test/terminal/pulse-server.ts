// A server for streams on the screen: it sends at a rate, as fast as it can, or not at all, ends when it is told to, and
// counts what it has written.
import { join } from 'node:path';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { bindLocally } from '../support/servers-reflection.ts';

export const pulseProto = join(import.meta.dirname, 'pulse.proto');

interface Beat {
  readonly text: string;
  readonly number: number;
  readonly rate: number;
  readonly total: number;
}

type Writing = { write(beat: Partial<Beat>): boolean; readonly cancelled: boolean; readonly destroyed: boolean };

export interface PulseServer {
  readonly address: string;
  /** Beats written so far by Flood. */
  readonly flooded: () => number;
  /** Ends connections without a word. */
  kill(): void;
}

/** Starts it on a free loopback port. */
export async function startPulseServer(): Promise<PulseServer> {
  let flooded = 0;
  const definition = grpc.loadPackageDefinition(loadSync(pulseProto, { keepCase: true, defaults: true }));
  const { Pulse } = definition.pulse as grpc.GrpcObject;
  const server = new grpc.Server();
  server.addService((Pulse as grpc.ServiceClientConstructor).service, {
    Watch: (call: grpc.ServerWritableStream<Beat, Partial<Beat>>) => beat(call, call.request, () => call.end()),
    Talk: (call: grpc.ServerDuplexStream<Beat, Partial<Beat>>) => talk(call),
    Flood: (call: grpc.ServerWritableStream<Beat, Partial<Beat>>) => {
      const fill = (): void => {
        while (!call.cancelled && !call.destroyed)
          if (!call.write({ number: ++flooded, text: call.request.text })) return;
      };
      call.on('drain', fill);
      fill();
    },
    Deaf: (call: grpc.ServerDuplexStream<Beat, Partial<Beat>>) => call.pause(),
  });
  const address = await bindLocally(server);
  return { address, flooded: () => flooded, kill: () => server.forceShutdown() };
}

function talk(call: grpc.ServerDuplexStream<Beat, Partial<Beat>>): void {
  call.on('data', (one: Beat) => {
    if (one.rate > 0) beat(call, one, () => {});
    if (one.text === 'bye') {
      const trailers = new grpc.Metadata();
      trailers.set('shard', 'eu-1');
      call.end(trailers);
    } else if (one.text === 'fail') {
      call.emit('error', { code: grpc.status.INVALID_ARGUMENT, details: 'told to fail' });
    } else if (one.text !== '') call.write({ text: one.text });
  });
  call.on('end', () => call.end());
}

/** Sends at a rate, in small bursts, until the total is sent. */
function beat(call: Writing, { rate, total, text }: Beat, done: () => void): void {
  const startedAt = Date.now();
  let number = 0;
  const timer = setInterval(() => {
    const due = Math.min(total || Number.POSITIVE_INFINITY, ((Date.now() - startedAt) * rate) / 1000);
    while (number < due && !call.cancelled && !call.destroyed) call.write({ number: ++number, text: text || 'beat' });
    if (call.cancelled || call.destroyed || (total > 0 && number >= total)) {
      clearInterval(timer);
      done();
    }
  }, 5);
}
