// What grpc-js is given besides: limits, channel options, service configs with retries, hedging and timeouts.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkChannel } from '../../src/wire/grpc-js-channel.ts';
import { temporaryFolder } from '../support/temp.ts';
import { callOnce } from './collect.ts';
import { counts, seen, useServer } from './grpc-js-server.ts';

const socketPath = join(temporaryFolder(), 'grpc.sock');
const here = useServer(socketPath);
const { open } = here;

describe('limits', () => {
  it.each([
    [{}, 'RESOURCE_EXHAUSTED', /4 MiB a message: --max-message/],
    [{ maxMessageBytes: 6 * 1024 * 1024 }, 'OK', /^(?:OK)?\n$/],
    [{ channelOptions: new Map([['grpc.max_receive_message_length', -1]]) }, 'OK', /^(?:OK)?\n$/],
  ])('the limit for a message is the library’s own unless it is given: %j', async (options, name, words) => {
    const summary = await callOnce(open(here.address, {}, options), '/t.S/Large');
    expect([summary.name, summary.messages.length]).toEqual([name, name === 'OK' ? 1 : 0]);
    expect(summary.words).toMatch(words);
  });

  it.each([
    ['grpc.max_recieve_message_length', /no option "grpc.max_rec.*it has .*grpc.max_receive_message_length/s],
    ['grpc.ssl_target_name_override', /has a flag of its own.*use --servername/s],
    ['grpc.http_connect_target', /use HTTPS_PROXY/],
  ])('refuses the option %s', async (name, words) => {
    const channel = open(here.address, {}, { channelOptions: new Map([[name, 1]]) });
    const error = await checkChannel(channel).catch((thrown) => thrown);
    expect([error.code, `${error.message}\n${error.hint}`]).toEqual([2, expect.stringMatching(words)]);
    expect((await callOnce(channel, '/t.S/Unary')).name).toBe('INTERNAL');
  });
});

const retrying = (more: object = {}, attempts = 3): string =>
  JSON.stringify({
    methodConfig: [
      {
        name: [{}],
        retryPolicy: {
          maxAttempts: attempts,
          initialBackoff: '0.01s',
          maxBackoff: '0.02s',
          backoffMultiplier: 1,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
        ...more,
      },
    ],
  });

describe('the service config', () => {
  it.each([
    [2, 3, 'OK', 3],
    [2, 2, 'UNAVAILABLE', 2],
  ])('a server that fails %i times, with %i attempts: %s', async (times, attempts, name, calls) => {
    counts.failures = times;
    const channel = open(here.address, {}, { serviceConfig: retrying({}, attempts) });
    expect((await callOnce(channel, '/t.S/Flaky')).name).toBe(name);
    expect(seen.map(({ metadata }) => metadata.get('grpc-previous-rpc-attempts')[0])).toEqual(
      [undefined, '1', '2'].slice(0, calls),
    );
  });

  it('hedges', async () => {
    counts.failures = 1;
    const hedging = { maxAttempts: 3, hedgingDelay: '0.01s', nonFatalStatusCodes: ['UNAVAILABLE'] };
    const config = JSON.stringify({ methodConfig: [{ name: [{ service: 't.S' }], hedgingPolicy: hedging }] });
    expect((await callOnce(open(here.address, {}, { serviceConfig: config }), '/t.S/Flaky')).name).toBe('OK');
    expect(seen.length).toBeGreaterThan(1);
  });

  it('takes a timeout with a fraction as meant, and says what a program gets', async () => {
    const said: string[] = [];
    const serviceConfig = JSON.stringify({ methodConfig: [{ name: [{}], timeout: '9.5s' }] });
    const channel = open(here.address, {}, { serviceConfig, say: (line) => said.push(line) });
    expect((await callOnce(channel, '/t.S/Unary')).name).toBe('OK');
    expect((await callOnce(channel, '/t.S/Unary', undefined, { compress: 'gzip' })).name).toBe('OK');
    expect(said).toEqual([expect.stringMatching(/"9\.5s".*wait 9 s and 5 ns.*\{"seconds":9,"nanos":500000000\}/)]);
  });

  it('ends a call with its timeout', async () => {
    const serviceConfig = JSON.stringify({ methodConfig: [{ name: [{}], timeout: '0.2s' }] });
    const { status } = await callOnce(open(here.address, {}, { serviceConfig }), '/t.S/Slow');
    expect(status).toMatchObject({ code: 4, origin: 'client' });
  });

  it('says that there are five attempts at most', async () => {
    const said: string[] = [];
    await callOnce(
      open(here.address, {}, { serviceConfig: retrying({}, 9), say: (line) => said.push(line) }),
      '/t.S/Unary',
    );
    expect(said.join()).toMatch(/5 attempts at most, not 9.*retry_max_attempts_limit/);
  });

  it.each([
    [retrying({}, 1), /maxAttempts must be an integer at least 2/],
    [JSON.stringify({ methodConfig: [{}] }), /invalid name array/],
    ['{"methodConfig":', /JSON/],
  ])('is refused where grpc-js refuses it: %s', async (serviceConfig, words) => {
    const error = await checkChannel(open(here.address, {}, { serviceConfig })).catch((thrown) => thrown);
    expect([error.code, error.message]).toEqual([2, expect.stringMatching(words)]);
  });
});
