import { expect, test } from 'vitest';
import { Rate } from '../../src/commands/chat-rate.ts';
import { KeptMessages, messageOverhead } from '../../src/commands/kept-messages.ts';

const bytes = (length: number) => new Uint8Array(length);

test('messages are kept in both directions, by number', () => {
  const kept = new KeptMessages();
  kept.add('sent', bytes(1), 0);
  kept.add('received', bytes(2), 5);
  kept.add('received', bytes(3), 6);
  expect(kept.find('sent', 1)).toMatchObject({ number: 1, at: 0 });
  expect(kept.find('received', 2)?.message).toHaveLength(3);
  expect(kept.find('received', 3)).toBeUndefined();
  expect(kept.find('received', 0)).toBeUndefined();
  expect(kept.full).toBe(false);
});

test('beyond the bound nothing more is kept, small or not: what is kept has no holes', () => {
  const kept = new KeptMessages(2 * messageOverhead + 100);
  kept.add('received', bytes(40), 1);
  kept.add('received', bytes(100), 2);
  expect(kept.full).toBe(true);
  kept.add('received', bytes(1), 3);
  expect(kept.list('received').map(({ number }) => number)).toEqual([1]);
});

test('a rate is what was counted in the last second', () => {
  const rate = new Rate();
  for (let at = 1000; at < 2000; at += 10) rate.add(at);
  expect(rate.at(1999)).toBe(100);
  expect(rate.at(2499)).toBe(50);
  expect(rate.at(2899)).toBe(10);
  expect(rate.at(3100)).toBe(0);
  expect(rate.add(60_000)).toBe(1);
});
