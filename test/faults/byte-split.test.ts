// Where the network cuts a good answer must not matter: every answer in two parts, cut at every byte.
import { describe, expect, it } from 'vitest';
import type { WireEvent } from '../../src/wire/stream.ts';
import { bytesOf, goodAnswers } from './answers.ts';
import { inLanes, openLane } from './cut-server.ts';

/** What was told, without the time. */
const told = (events: readonly WireEvent[]) =>
  events.map(({ at: _, ...event }) => ('bytes' in event ? { ...event, bytes: Buffer.from(event.bytes) } : event));

describe('an answer in two parts', () => {
  it.each(goodAnswers)('$name', async (answer) => {
    const length = bytesOf([...answer.opening, ...answer.pieces]).length;
    const lane = await openLane();
    const whole = told((await lane.meet({ answer, at: length, then: 'rest' })).summary.events);
    await lane.close();
    expect(whole.at(-1)).toMatchObject({ status: { origin: 'server' } });
    const places = Array.from({ length: length + 1 }, (_, at) => at);
    const wrong: unknown[] = [];
    await inLanes(places, async (one, at) => {
      const { summary, connections } = await one.meet({ answer, at, then: 'rest' });
      const seen = told(summary.events);
      if (connections === 1 && JSON.stringify(seen) === JSON.stringify(whole)) return;
      wrong.push({ at, connections, seen });
    });
    expect(wrong).toEqual([]);
  });
});
