// The streams behind the prompt: streams, attach, cancel.
import { countsOf } from '../../commands/chat-head.ts';
import { exitCodeOf } from '../../commands/exit-code.ts';
import { exitCodes, UserError } from '../../errors.ts';
import { write } from '../../io.ts';
import { humanTime } from '../../render/units.ts';
import { rows } from '../output.ts';
import type { BackgroundStream } from '../streams.ts';
import type { LineInput } from '../table.ts';

/** `streams`: those that go on behind the prompt. */
export async function streams({ repl, io }: LineInput): Promise<number> {
  const all = repl.streams.list();
  if (all.length === 0) repl.say('no stream goes on behind the prompt; :detach leaves one there');
  const lines = all.map(({ number, live }) => [
    String(number),
    live.method.name,
    countsOf(live),
    humanTime(live.ms),
    live.input ? 'open' : 'sending closed',
  ]);
  if (lines.length > 0) await write(io.stdout, await rows(repl, io, lines));
  return exitCodes.ok;
}

/** `attach [N]`: goes on with stream N; the only one without N. */
export async function attach(input: LineInput): Promise<number> {
  const { repl, io } = input;
  if (!repl.seat) throw new UserError(2, 'attach needs a terminal');
  const outcome = await repl.seat.attach(streamOf(input), io.signal);
  if (!outcome) return exitCodes.ok;
  return outcome.cancelled === true ? exitCodes.interrupted : exitCodeOf(outcome.status);
}

/** `cancel [N]`: ends stream N; the only one without N. */
export async function cancel(input: LineInput): Promise<number> {
  const { live } = streamOf(input);
  live.cancel();
  await live.over;
  return exitCodes.ok;
}

function streamOf({ repl, words }: LineInput): BackgroundStream {
  const [word] = words;
  const number = word === undefined ? undefined : Number(word);
  const found = repl.streams.find(number);
  if (found) return found;
  const numbers = repl.streams.list().map((stream) => stream.number);
  if (numbers.length === 0) throw new UserError(2, 'no stream goes on behind the prompt');
  throw new UserError(2, word === undefined ? 'which stream?' : `there is no stream ${word}`, {
    hint: `there are ${numbers.join(', ')}`,
  });
}
