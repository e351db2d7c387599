// What the conformance runner and a client under test say to each other, and the pipe between them: both ways a message
// follows its length in four bytes, big-endian.
import type { Message } from '@bufbuild/protobuf';

/** One header and its values. */
export interface Header {
  readonly name: string;
  readonly value: readonly string[];
}

/** What the runner asks for (ClientCompatRequest), as far as it concerns a gRPC client. */
export interface Case extends Message {
  readonly testName: string;
  readonly compression: number;
  readonly host: string;
  readonly port: number;
  readonly serverTlsCert: Uint8Array;
  readonly clientTlsCreds?: { readonly cert: Uint8Array; readonly key: Uint8Array };
  readonly messageReceiveLimit: number;
  readonly service: string;
  readonly method: string;
  readonly streamType: number;
  readonly requestHeaders: readonly Header[];
  readonly requestMessages: readonly { readonly typeUrl: string; readonly value: Uint8Array }[];
  readonly timeoutMs?: number;
  readonly requestDelayMs: number;
  readonly cancel?: { readonly cancelTiming: { readonly case?: string; readonly value?: unknown } };
}

/** `streamType` of a call whose messages are sent one after the answer to the other. */
export const fullDuplex = 5;
/** `compression` of a call whose messages are sent with gzip. */
export const gzip = 2;

/**
 * Answers every case that arrives on stdin by what `answerTo` makes of it, in the order they are ready. More than
 * `concurrency` under way at once would measure the machine, not the client.
 */
export async function answerCases(
  answerTo: (bytes: Uint8Array) => Promise<Uint8Array>,
  concurrency: number,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const bytes of frames()) {
    const run = answerTo(bytes).then((answer) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(answer.length);
      process.stdout.write(Buffer.concat([length, answer]));
      running.delete(run);
    });
    running.add(run);
    if (running.size >= concurrency) await Promise.race(running);
  }
  await Promise.all(running);
}

async function* frames(): AsyncGenerator<Uint8Array> {
  let held = Buffer.alloc(0);
  for await (const chunk of process.stdin) {
    held = Buffer.concat([held, chunk as Buffer]);
    while (held.length >= 4 && held.length >= 4 + held.readUInt32BE()) {
      const end = 4 + held.readUInt32BE();
      yield held.subarray(4, end);
      held = held.subarray(end);
    }
  }
}
