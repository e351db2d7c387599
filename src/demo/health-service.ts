// grpc.health.v1.Health over the demo's services: all of them serve until the demo stops.
// https://github.com/grpc/grpc/blob/master/doc/health-checking.md
import { makeChanges } from './changes.ts';
import { notFound } from './failure.ts';
import type { Call, Handlers } from './serve.ts';

interface HealthRequest {
  service: string;
}

/** The health of the demo. */
export interface Health {
  handlers: Handlers;
  /** Says NOT_SERVING from now on, also to those that watch. */
  stop(): void;
}

/** Health of the services with these full names, and of the server as a whole, whose name is empty. */
export function makeHealth(services: readonly string[]): Health {
  const known = new Set(['', ...services]);
  const changes = makeChanges<true>();
  let serving = true;
  const statusOf = (service: string) => {
    if (!known.has(service)) return { status: 'SERVICE_UNKNOWN' };
    return { status: serving ? 'SERVING' : 'NOT_SERVING' };
  };
  return {
    handlers: {
      Check: ({ service }: HealthRequest) => {
        if (!known.has(service)) throw notFound('service', service);
        return statusOf(service);
      },
      List: () => ({ statuses: Object.fromEntries([...known].map((service) => [service, statusOf(service)])) }),
      Watch: async function* ({ service }: HealthRequest, call: Call) {
        const upcoming = changes.watch(call.signal);
        yield statusOf(service);
        for await (const _ of upcoming) yield statusOf(service);
      },
    },
    stop: () => {
      serving = false;
      changes.announce(true);
    },
  };
}
