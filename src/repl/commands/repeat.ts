// Once more: again, watch.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDuration } from '../../commands/flag-values.ts';
import { UserError } from '../../errors.ts';
import { methodName } from '../catalog.ts';
import { requestDocument } from '../request-document.ts';
import type { LineInput } from '../table.ts';

/** `again [N] [--edit] [FIELD=VALUE…]`: the last call, or call N, with the fields laid over its request. */
export async function again({ repl, words, run }: LineInput): Promise<number> {
  const rest = words.filter((word) => word !== '--edit');
  const number = /^\$?(\d+)$/.exec(rest[0] ?? '')?.[1];
  const changes = number === undefined ? rest : rest.slice(1);
  const record = number === undefined ? repl.replies.newestFirst()[0] : repl.replies.find(number);
  if (!record) {
    const kept = repl.replies.names().join(' ');
    throw new UserError(2, number === undefined ? 'there is no call yet' : `there is no call $${number}`, {
      hint: kept === '' ? 'again repeats the last call' : `kept: ${kept}`,
    });
  }
  const document = requestDocument(record);
  if (words.includes('--edit'))
    return run(['call', methodName(record.method), ...changes, '--form', '--data', document.text]);
  if (changes.length === 0) return run(record.words);
  return run(['call', methodName(record.method), '--data', document.text, ...changes]);
}

/** `watch INTERVAL LINE`: until Ctrl-C or the first failure. */
export async function watch({ repl, io, words, run }: LineInput): Promise<number> {
  const [interval, ...line] = words;
  if (interval === undefined || line.length === 0)
    throw new UserError(2, 'watch needs an interval and a line', { hint: 'watch 2s again' });
  const pause = parseDuration('watch', interval);
  repl.repeating++;
  try {
    for (;;) {
      const code = await run(line);
      if (code !== 0 || io.signal.aborted) return code;
      const stopped = await sleep(pause, false, { signal: io.signal }).catch(() => true);
      if (stopped) return 0;
    }
  } finally {
    repl.repeating--;
  }
}
