// What went wrong behind the prompt, in one line with what to do about it.
import { UserError } from '../errors.ts';
import { hintForLines } from '../render/line-steps.ts';
import { visible } from '../render/visible.ts';
import { CallFailed } from '../schema/call-failed.ts';
import { codeName } from '../wire/status.ts';

/** `:50051: UNAVAILABLE: connection refused (hint)`. */
export function failureLine(error: unknown, address: string): string {
  const { message, hint } = explained(error);
  const oneLine = (text: string): string => visible(text.split('\n')[0] ?? '');
  return `${visible(address)}: ${oneLine(message)}${hint === undefined ? '' : ` (${oneLine(hintForLines(hint))})`}`;
}

function explained(error: unknown): { message: string; hint: string | undefined } {
  if (error instanceof UserError) return { message: error.message, hint: error.hint };
  if (error instanceof CallFailed) {
    const { code, message, hint } = error.status;
    return { message: `${codeName(code)}: ${message}`, hint };
  }
  return { message: error instanceof Error ? error.message : String(error), hint: undefined };
}
