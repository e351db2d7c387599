// A connection that dies after every byte of a good answer: whatever was whole is delivered, nothing else is success,
// and nobody waits for what cannot come.
import { describe, expect, it } from 'vitest';
import { bytesOf, dueAfter, type GoodAnswer, goodAnswers } from './answers.ts';
import { certificates, pemOf } from './certificates.ts';
import { type AfterCut, type Cut, inLanes, type Lane, openLane } from './cut-server.ts';

/** Everything that is wrong with the outcome of a cut connection. */
async function judge(lane: Lane, cut: Cut): Promise<string[]> {
  const { answer, at } = cut;
  const due = dueAfter([...answer.opening, ...answer.pieces], at);
  const { summary } = await lane.meet(cut);
  const { status, events, messages, words } = summary;
  const complaints: string[] = [];
  if (messages.length !== due.message) complaints.push(`${messages.length} messages, ${due.message} were whole`);
  const headers = events.filter((event) => event.type === 'headers').length;
  if (headers !== due.headers) complaints.push(`${headers} headers, ${due.headers} were whole`);
  if (due.status > 0 && status.origin !== 'server') complaints.push('the whole status was not taken');
  if (due.status === 0 && status.origin === 'server') complaints.push('a status was taken from a part of it');
  if (due.status === 0 && summary.name !== 'UNAVAILABLE') complaints.push(`status ${summary.name}`);
  if (due.status === 0 && !/connection|GOAWAY/.test(words)) complaints.push('the connection is not named');
  if (/undefined|NaN|\[object/.test(words)) complaints.push('a slip in the words');
  return complaints.map((complaint) => `${answer.name}, ${cut.then} after ${at} bytes: ${complaint}: ${words}`);
}

const everyCut = (answer: GoodAnswer, then: AfterCut): Cut[] => {
  const length = bytesOf([...answer.opening, ...answer.pieces]).length;
  return Array.from({ length: length + 1 }, (_, at) => ({ answer, at, then }));
};

async function sweep(cuts: readonly Cut[], open?: () => Promise<Lane>): Promise<void> {
  const wrong: string[] = [];
  await inLanes(
    cuts,
    async (lane, cut) => {
      wrong.push(...(await judge(lane, cut)));
    },
    open,
  );
  expect(wrong).toEqual([]);
}

describe.each(['fin', 'reset'] as const)('a connection that ends by %s', (then) => {
  it.each(goodAnswers)('$name', (answer) => sweep(everyCut(answer, then)));
});

describe.each(['fin', 'reset', 'close-notify'] as const)('a TLS connection that ends by %s', (then) => {
  const made = certificates();
  it.skipIf(typeof made === 'string')('a unary call', async () => {
    if (typeof made === 'string') return;
    const pem = pemOf(made.localhost);
    await sweep(everyCut(goodAnswers[0]!, then), () => openLane(pem));
  });
});
