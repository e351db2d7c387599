import { expect, test } from 'vitest';
import { readFilter } from '../../src/commands/chat-filter.ts';

const message = {
  kind: 'ADDED',
  price: { units: '12', currencyCode: 'EUR' },
  tags: ['new', 'Lamp'],
  ratio: 0.5,
  done: false,
};
const json = JSON.stringify(message);
const whole = JSON.stringify({ ...message, count: 0 });

test.each([
  ['lamp', true],
  ['desk', false],
  ['!desk', true],
  ['!lamp', false],
  ['.kind=="ADDED"', true],
  ['kind == ADDED', true],
  ["kind='ADDED'", true],
  ['kind!="ADDED"', false],
  ['.price.units==12', true],
  ['price.units=="12"', true],
  ['price.units>9', true],
  ['price.units<9', false],
  ['price.currency_code==EUR', true],
  ['tags[1]==Lamp', true],
  ['tags[2]==Lamp', false],
  ['ratio<=0.5', true],
  ['ratio>0.5', false],
  ['done==false', true],
  ['count==0', true],
  ['nothing.at.all==1', false],
  ['nothing.at.all!=1', true],
  ['price>1', false],
  ['!kind==ADDED', false],
])('%s lets it through: %s', (expression, passes) => {
  expect(
    readFilter(expression)(
      () => json,
      () => whole,
    ),
  ).toBe(passes);
});
