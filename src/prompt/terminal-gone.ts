// Why a prompt has no answer when the terminal itself is no more.
import { Interrupted } from '../io.ts';

/** The terminal was closed: 128 + SIGHUP, as the shell counts it. */
export function terminalGone(): Interrupted {
  return new Interrupted(129);
}
