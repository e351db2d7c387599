// Messages that are sent behind the prompt: those of a file, or one again and again, as fast as the server takes them or
// at a rate.
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { ChatWord } from '../prompt/chat-words.ts';
import { visible } from '../render/visible.ts';
import { type MessageInput, readerOf } from './chat-input.ts';
import type { Transcript } from './chat-transcript.ts';
import { documents } from './input.ts';
import type { LiveCall } from './live-call.ts';
import { messagesOf, withTypes } from './requests.ts';

/** A running job: fulfilled when all of its messages were taken, or it cannot go on. Never rejects. */
export interface Job {
  readonly name: string;
  readonly done: Promise<void>;
}

/** Starts a job of `:file` or `:repeat`; `last` is the message to repeat. */
export function startJob(
  word: Extract<ChatWord, { type: 'file' | 'repeat' }>,
  live: LiveCall,
  transcript: Transcript,
  last: Uint8Array | undefined,
): Job | undefined {
  if (word.type === 'repeat' && !last) {
    transcript.say(' nothing to repeat: no message was sent yet');
    return undefined;
  }
  const name = word.type === 'file' ? visible(word.path) : `repeat ${word.times}`;
  const messages = word.type === 'file' ? fileMessages(word.path, live) : repeated(last as Uint8Array, word.times);
  return { name, done: run(name, messages, word.perSecond, live, transcript) };
}

async function run(
  name: string,
  messages: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  perSecond: number | undefined,
  live: LiveCall,
  transcript: Transcript,
): Promise<void> {
  const startedAt = live.session.io.now();
  let sent = 0;
  try {
    for await (const message of messages) {
      if (!live.input) break;
      if (perSecond !== undefined) await until(startedAt + (sent * 1000) / perSecond, live);
      await live.send(message);
      transcript.busy.set(name, `${name}: ${++sent} sent`);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    transcript.say(` ${visible(error.message)}${hint}; ${sent} sent before it`);
  } finally {
    transcript.busy.delete(name);
    transcript.refresh();
  }
}

/** Waits for a time on the session's clock, or for the end of the call. */
async function until(time: number, live: LiveCall): Promise<void> {
  const wait = time - live.session.io.now();
  if (wait <= 0) return;
  const stop = new AbortController();
  await Promise.race([sleep(wait, undefined, { signal: stop.signal }).catch(() => {}), live.over]);
  stop.abort();
}

function fileMessages(path: string, live: LiveCall): AsyncGenerator<Uint8Array> {
  const { session, method, schema } = live;
  const input: MessageInput = { session, method, schema };
  const format = /\.(?:txtpb|textproto|textpb|pbtxt)$/.test(path) ? 'text' : 'json';
  const read = readerOf(input, format);
  const batches = documents({ kind: 'file', path }, format, session.io, session.signal);
  return messagesOf(withTypes(batches, session, method, schema), read);
}

function* repeated(message: Uint8Array, times: number): Generator<Uint8Array> {
  for (let time = 0; time < times; time++) yield message;
}
