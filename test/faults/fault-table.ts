// The table of faults, and where each of them is tried.
// The table is data that other implementations can use as well; what its words stand for is in steps.ts and plans.ts.
import { readFileSync } from 'node:fs';

/** One row of faults.json, as far as it is read here. */
export interface Fault {
  readonly id: string;
  readonly group: string;
  readonly listener: string;
  readonly rpc: string;
  readonly server: string;
  readonly script?: readonly string[];
  readonly with?: {
    readonly connect_timeout_ms?: number;
    readonly max_time_ms?: number;
    readonly keepalive_ms?: number;
  };
  readonly expect: Expectation;
}

/** What the program must do. Regular expressions are case-insensitive. */
export interface Expectation {
  readonly status: string | null;
  readonly alt_status?: readonly string[];
  readonly exit: number | null;
  readonly stderr_must_mention?: readonly string[];
  readonly stderr_must_not?: readonly string[];
  readonly stdout_messages?: number;
  readonly max_ms: number;
  readonly max_rss_mb: number;
}

const table: { readonly count: number; readonly faults: readonly Fault[] } = JSON.parse(
  readFileSync(new URL('./faults.json', import.meta.url), 'utf8'),
);

/** All rows, in the order of the table. */
export const faults = table.faults;

/** The number of rows the table says it has. */
export const faultCount = table.count;

/** The file whose tests try a fault that is no single run of the program; undefined for those of faults.test.ts. */
export function triedIn(fault: Fault): string | undefined {
  if (fault.rpc === 'repl') return 'test/faults/repl.test.ts';
  return fault.listener === 'gateway' && leftOut(fault) === undefined ? 'test/gateway/faults.test.ts' : undefined;
}

/** Why a fault is not tried; undefined for all that are. The one list of what is left out. */
export function leftOut(fault: Fault): string | undefined {
  // A parent that asks for /dev/null opens it in the same mode, so the two cannot be told apart.
  if (fault.id === 'stdout-closed') return 'node opens /dev/null in place of a closed stdout before any program runs';
  if (fault.id === 'gw-no-token') return 'the page of the gateway has no script and makes no calls: there is no token';
  return undefined;
}
