// Every fault of the table against the real program: a server that misbehaves in one way, one run, one verdict.
// Two or three run at a time; no test judges how long anything takes, a generous bound only finds hangs.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startReflectionServer } from '../support/servers-reflection.ts';
import { certificates } from './certificates.ts';
import { type Fault, faultCount, faults, leftOut, triedIn } from './fault-table.ts';
import { judge, report } from './judge.ts';
import { type FaultServer, openPlainServer } from './listeners.ts';
import { CannotRunHere, carryOut } from './plans.ts';
import { reflectionScript } from './reflection-scripts.ts';
import { openTlsServer } from './tls-listeners.ts';

const atOnce = 3;
let running = 0;
const queue: (() => void)[] = [];

/** Runs `work` when fewer than three others are at it. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) await new Promise<void>((resolve) => queue.push(resolve));
  running++;
  try {
    return await work();
  } finally {
    running--;
    queue.shift()?.();
  }
}

async function reflectionServer(fault: Fault): Promise<FaultServer> {
  const server = await startReflectionServer(reflectionScript(fault.id));
  const { address } = server;
  const seen = { connections: 0, streams: [], mostAtOnce: 0, problems: [] };
  return { ...seen, address, until: async () => {}, deserted: async () => true, close: async () => server.close() };
}

/** The server of a fault; undefined where there is none. Throws CannotRunHere for TLS without openssl. */
async function openServer(fault: Fault): Promise<FaultServer | undefined> {
  if (fault.listener === 'none') return undefined;
  if (fault.listener === 'tls') {
    const made = certificates();
    if (typeof made === 'string') throw new CannotRunHere(made);
    return openTlsServer(fault, made);
  }
  const describesItself = fault.listener === 'reflection' || fault.id === 'disk-full-export';
  return describesItself ? reflectionServer(fault) : openPlainServer(fault);
}

async function meet(fault: Fault): Promise<void> {
  const server = await openServer(fault);
  const address = server?.address ?? 'no-such-host.invalid:50051';
  const made = fault.listener === 'tls' ? certificates() : undefined;
  const timeoutMs = Math.max(30_000, fault.expect.max_ms * 10);
  try {
    const outcome = await carryOut({
      fault,
      server,
      address,
      certificates: typeof made === 'string' ? undefined : made,
      timeoutMs,
    });
    // The process is gone, so its sockets must be: an open one would belong to a child that was left behind.
    const deserted = (await server?.deserted()) ?? true;
    const judged = { fault, server, address, run: outcome.run, path: outcome.path };
    const complaints = [...judge(judged), ...(deserted ? [] : ['a connection was left open'])];
    expect(complaints, report(complaints, judged)).toEqual([]);
    expect(server?.problems ?? []).toEqual([]);
  } finally {
    await server?.close();
  }
}

describe('the table', () => {
  it('is complete', () => {
    expect(faults).toHaveLength(faultCount);
    expect(new Set(faults.map((fault) => fault.id)).size).toBe(faultCount);
    for (const fault of faults) {
      const file = triedIn(fault);
      if (file !== undefined) expect(existsSync(join(import.meta.dirname, '..', '..', file)), file).toBe(true);
    }
  });
});

describe.concurrent('faults', () => {
  for (const fault of faults.filter((one) => triedIn(one) === undefined)) {
    const reason = leftOut(fault);
    it(fault.id, { timeout: 300_000 }, async (context) => {
      if (reason !== undefined) context.skip(reason);
      try {
        await inTurn(() => meet(fault));
      } catch (error) {
        if (error instanceof CannotRunHere) context.skip(error.message);
        throw error;
      }
    });
  }
});
