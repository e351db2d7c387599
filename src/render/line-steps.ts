// What to try next after a failed call, in the words of the REPL: lines that can be typed there as they are.
import type { Status } from '../wire/status.ts';
import type { StatusContext } from './error.ts';
import { retryDelay, violatedFields } from './error-details.ts';
import { visible } from './visible.ts';

/** What flags of the shell are called in a session, longer names first. */
const inSession: readonly (readonly [flag: RegExp, words: string])[] = [
  [/--plaintext\b/g, 'tls off'],
  [/--insecure\b/g, 'tls insecure'],
  [/--cacert\b/g, 'tls ca'],
  [/--servername\b/g, 'tls name'],
  [/--cert (\S+) --key (\S+)/g, 'tls cert $1 $2'],
  [/--tls\b/g, 'tls on'],
  [/--(deadline|max-message|keepalive-time|connect-timeout|proto|protoset|authority|reflect)\b/g, 'set $1'],
  [/-H '?authorization: @FILE'?/g, 'auth @FILE'],
];

/** A hint that names flags, with the words of the session in their place. */
export function hintForLines(hint: string): string {
  return inSession.reduce((text, [flag, words]) => text.replace(flag, words), hint);
}

/** At most three steps, each a line to type or a few words. */
export function lineSteps(status: Status, details: readonly unknown[], context: StatusContext): string[] {
  if (status.origin === 'client') {
    if (status.code === 4) return ['set deadline 30s', 'again'];
    const hint = status.hint === undefined ? [] : [hintForLines(status.hint)];
    return [...hint, ...(status.code === 14 ? ['again'] : [])];
  }
  const isPerson = context.front === 'repl';
  const delay = retryDelay(details);
  const again = isPerson ? (delay === undefined ? 'again' : `r retries in ${visible(delay)}`) : 'again';
  return stepsFor(status.code, details, context, again, isPerson).slice(0, 3);
}

function stepsFor(
  code: number,
  details: readonly unknown[],
  { requestType }: StatusContext,
  again: string,
  isPerson: boolean,
): string[] {
  const type = requestType === undefined ? [] : [`desc ${requestType.slice(requestType.lastIndexOf('.') + 1)}`];
  const edit = isPerson ? [editStep(new Set(violatedFields(details)).size)] : [];
  switch (code) {
    case 3:
    case 11:
      return [...edit, ...type, 'copy grpcurl'];
    case 4:
      return ['set deadline 30s', again];
    case 5:
    case 6:
    case 9:
      return [...edit, ...type];
    case 7:
      return ['meta shows what is sent', ...(isPerson ? ['auth asks for another token'] : [])];
    case 12:
      return ['ls', 'connect HOST:PORT'];
    case 14:
      return [again, 'health', 'watch 2s again'];
    case 16:
      return [isPerson ? 'auth asks for a token' : 'auth @FILE', "meta set authorization 'SCHEME VALUE'"];
    case 8:
    case 10:
      return [again];
    default:
      return [again, 'copy grpcurl'];
  }
}

function editStep(fields: number): string {
  if (fields === 0) return 'e edits the request';
  return fields === 1 ? 'e edits this field' : `e edits these ${fields} fields`;
}
