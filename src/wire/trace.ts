// Lines about frames for -vv: what was sent (>) and what came (<), one line each, foreign text made visible.
import { visible } from './wording.ts';

const secret = /^(authorization|proxy-authorization|cookie|set-cookie|x-api-key)$|(token|secret|password)(-bin)?$/;

/** A HEADERS line; values of names that usually carry credentials are left out. */
export function traceHeaders(
  direction: '>' | '<',
  stream: number | undefined,
  pairs: Iterable<[string, string]>,
): string {
  const list = Array.from(pairs, ([name, value]) => {
    return `${visible(name, 80)}: ${secret.test(name) ? '…' : visible(value, 120)}`;
  });
  return `${direction} HEADERS stream ${stream ?? '?'} ${list.join(', ')}`;
}

/** node:http2's flat list of received names and values as pairs. */
export function* pairsOf(raw: readonly string[]): Generator<[string, string]> {
  for (let i = 0; i + 1 < raw.length; i += 2) yield [raw[i] ?? '', raw[i + 1] ?? ''];
}
