// What each status code says in a sentence, and what the caller can do about it.
import type { Status } from '../wire/status.ts';
import type { StatusContext } from './error.ts';
import { retryDelay, violatedFields } from './error-details.ts';
import { lineSteps } from './line-steps.ts';
import { visible } from './visible.ts';

const meanings: readonly string[] = [
  '',
  'The call was cancelled before it was done.',
  'The server does not say more than that it failed; its log may.',
  "The request itself is wrong: sending it again won't help.",
  'Time ran out; the server may have done the work all the same.',
  'What the request names is not there.',
  'What the request wants to create is there already.',
  'The caller is known, but is not allowed to do this.',
  'A quota or limit is used up.',
  'The state of the system does not allow this now; the request itself may be right.',
  'Another change came in between: start again from reading.',
  'The request goes past the end of what there is.',
  'The server does not offer this method.',
  'Something in the server broke.',
  'The server cannot be reached or does not take calls now; trying again may help.',
  'Data is lost or damaged.',
  'The server does not know who is calling.',
];

/** The meaning of a status code in a sentence; '' for OK and numbers without a meaning. */
export function codeMeaning(code: number): string {
  return meanings[code] ?? '';
}

/** What to try next, each a few words or a command; may be empty. */
export function nextSteps(status: Status, details: readonly unknown[], context: StatusContext): string[] {
  if (context.front === 'repl' || context.front === 'script') return lineSteps(status, details, context);
  if (status.origin === 'client') return status.hint === undefined ? [] : [status.hint];
  const address = context.address === '' ? '' : ` ${context.address}`;
  const fields = violatedFields(details);
  const delay = retryDelay(details);
  const again = delay === undefined ? [] : [`try again in ${visible(delay)}`];
  switch (status.code) {
    case 3:
    case 11: {
      const change = fields.length === 0 ? [] : [`change ${[...new Set(fields)].join(', ')}`];
      const type = context.requestType;
      return type === undefined ? change : [...change, `grepl describe${address} ${type}`];
    }
    case 4:
      return ['allow more time: --deadline 30s'];
    case 8:
    case 10:
      return again;
    case 12:
      return address === '' ? [] : [`grepl list${address}`];
    case 14:
      return [...again, '--retry 3', '--wait 10s'];
    case 16:
      return ["-H 'authorization: …'", '--bearer'];
    default:
      return again;
  }
}
