// After a call that failed: its request in the form, at the fields the server complains about, or the call once more when
// the server says that it may be made.
import { setTimeout as sleep } from 'node:timers/promises';
import { detailDocuments } from '../../commands/details.ts';
import { exitCodes, UserError } from '../../errors.ts';
import { fieldViolations, retryDelayMs } from '../../render/error-details.ts';
import { humanTime } from '../../render/units.ts';
import { methodName } from '../catalog.ts';
import type { CallRecord } from '../replies.ts';
import { requestDocument } from '../request-document.ts';
import type { LineInput } from '../table.ts';

/** `edit [N]`: the request of the last call, or call N, in the form; it begins at the first field that is wrong. */
export async function edit({ repl, words, run }: LineInput): Promise<number> {
  const record = chosen(repl, words[0], 'edit');
  const details = await detailDocuments(record.status, record.schema);
  const problems = fieldViolations(details);
  const notes = problems.map(({ field, problem }) => `${field}: ${problem}`);
  if (problems[0]) repl.formAt = { field: problems[0].field, notes };
  try {
    return await run(['call', methodName(record.method), '--form', '--data', requestDocument(record).text]);
  } finally {
    repl.formAt = undefined;
  }
}

/** `retry [N]`: the same call again, after the time that the server asked for. */
export async function retry({ repl, io, words, run }: LineInput): Promise<number> {
  const record = chosen(repl, words[0], 'retry');
  const wait = retryDelayMs(await detailDocuments(record.status, record.schema)) ?? 0;
  if (wait > 0) {
    repl.say(`waiting ${humanTime(wait)}, as the server asks; Ctrl-C does not`);
    const stopped = await sleep(wait, false, { signal: io.signal }).catch(() => true);
    if (stopped) return exitCodes.interrupted;
  }
  return run(['again', String(record.number)]);
}

function chosen(repl: LineInput['repl'], word: string | undefined, name: string): CallRecord {
  const number = /^\$?(\d+)$/.exec(word ?? '')?.[1];
  const record = number === undefined ? repl.replies.newestFirst()[0] : repl.replies.find(number);
  if (record) return record;
  throw new UserError(2, number === undefined ? 'there is no call yet' : `there is no call $${number}`, {
    hint: `${name} is about the last call; vars shows those that are kept`,
  });
}
