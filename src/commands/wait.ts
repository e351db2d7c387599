// --wait: for servers that are still starting.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { Session } from './session.ts';

/**
 * Resolves once the target accepts connections, or when `milliseconds`, the value of --wait, are over: the call then
 * says what is wrong. Without --wait: at once.
 */
export async function waitUntilReachable(session: Session, milliseconds: number | undefined): Promise<void> {
  if (milliseconds === undefined) return;
  if (!session.target) throw new UserError(2, '--wait needs an address');
  const { endpoint } = session.target;
  const until = session.io.now() + milliseconds;
  while (session.io.now() < until && !session.signal.aborted) {
    const left = Math.max(1, until - session.io.now());
    if (await accepts(endpoint, left)) return;
    await sleep(Math.min(100, left), undefined, { signal: session.signal }).catch(() => {});
  }
}

function accepts(endpoint: NonNullable<Session['target']>['endpoint'], timeout: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = 'socketPath' in endpoint ? connect(endpoint.socketPath) : connect(endpoint.port, endpoint.host);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeout, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
