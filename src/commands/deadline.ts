// How long a call may take: --deadline for each call, what is left of --max-time for all of them.
import type { StartOptions } from '../wire/stream.ts';
import type { Session } from './session.ts';

/** The nearer of the two limits, with the value it was given as; both undefined when neither was given. */
export function deadlineOf(session: Session): Pick<StartOptions, 'deadlineMs' | 'limitMs'> {
  const deadline = session.args.flags.number('deadline');
  const left = session.timeLeft();
  if (left === undefined || (deadline !== undefined && deadline <= left)) {
    return { deadlineMs: deadline, limitMs: deadline };
  }
  return { deadlineMs: left, limitMs: session.args.flags.number('max-time') };
}
