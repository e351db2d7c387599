// Cases of servers that break HTTP/2 or gRPC in one place: how one is written down, and how it is tried.
import { expect } from 'vitest';
import { openChannel } from '../../src/wire/channel.ts';
import { parseTarget } from '../../src/wire/target.ts';
import { type RawConnection, type RawServer, rawServer } from '../support/raw-http2.ts';
import { callOnce, type Summary } from './collect.ts';

/** A server, the call it gets, and what must come of it. */
export interface BrokenCase {
  readonly name: string;
  /** The answer to a request that has ended; `after: 'request'` answers at its headers. */
  readonly answer?: (id: number) => Uint8Array;
  readonly script?: (connection: RawConnection) => Promise<void> | void;
  readonly after?: 'request' | 'end';
  readonly then?: 'fin' | 'cut';
  readonly settings?: readonly (readonly [number, number])[];
  readonly request?: readonly Uint8Array[];
  /** Names of the statuses that are right. */
  readonly expect: string | readonly string[];
  /** What a status other than OK must say. */
  readonly words?: readonly RegExp[];
  readonly not?: RegExp;
  /** What must be said even with OK. */
  readonly warning?: RegExp;
  readonly messages?: number;
  readonly connections?: number;
  readonly deadlineMs?: number;
  readonly keepaliveTimeMs?: number;
  readonly connectTimeoutMs?: number;
  readonly maxMessageBytes?: number;
}

function scriptOf(test: BrokenCase): (connection: RawConnection) => Promise<void> | void {
  if (test.script !== undefined) return test.script;
  return async (connection) => {
    const id = await connection.request();
    if (test.after !== 'request') await connection.ended(id);
    connection.write(test.answer?.(id) ?? Buffer.alloc(0));
    if (test.then === 'fin') connection.socket.end();
    // The bytes before the cut must arrive: a socket destroyed at once may lose them.
    if (test.then === 'cut') setTimeout(() => connection.socket.destroy(), 30);
  };
}

const okRequest = [Buffer.from([10, 2, 111, 107])];

async function call(test: BrokenCase, server: RawServer): Promise<Summary> {
  const { connectTimeoutMs, keepaliveTimeMs, maxMessageBytes, deadlineMs } = test;
  const target = parseTarget(`127.0.0.1:${server.port}`);
  const channel = openChannel(target, { connectTimeoutMs, keepaliveTimeMs, maxMessageBytes });
  try {
    return await callOnce(channel, '/t.S/U', test.request ?? okRequest, { deadlineMs });
  } finally {
    channel.close();
  }
}

/** Makes one call to the server of a case and judges it. */
export async function meetBroken(test: BrokenCase): Promise<void> {
  const server = await rawServer(scriptOf(test), test.settings === undefined ? {} : { settings: test.settings });
  try {
    const summary = await call(test, server);
    expect([test.expect].flat(), summary.words).toContain(summary.name);
    if (summary.name !== 'OK') for (const word of test.words ?? []) expect(summary.words).toMatch(word);
    if (test.not !== undefined) expect(summary.words).not.toMatch(test.not);
    if (test.warning !== undefined) expect(summary.status.warnings?.join('\n')).toMatch(test.warning);
    if (test.messages !== undefined) expect(summary.messages).toHaveLength(test.messages);
    if (test.connections !== undefined) expect(server.connections).toBe(test.connections);
    expect(summary.words).not.toMatch(/undefined|NaN|\[object/);
  } finally {
    await server.close();
  }
}
