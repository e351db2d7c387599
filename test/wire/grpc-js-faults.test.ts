// The channel through grpc-js against servers that misbehave: always an end, with words that lead on.
import { afterEach, describe, expect, it } from 'vitest';
import { type Fault, faults } from '../faults/fault-table.ts';
import { openPlainServer } from '../faults/listeners.ts';
import { callOnce } from './collect.ts';
import { Channels } from './grpc-js-server.ts';

const channels = new Channels();
afterEach(() => channels.close());

/** Rows of the table of faults, with what the channel makes of them. */
const met: readonly (readonly [id: string, name: string, origin: string, words: RegExp])[] = [
  ['unary-two-messages', 'OK', 'server', /^(?:OK)?\n$/],
  ['unknown-encoding', 'UNKNOWN', 'client', /without a code or a text.*gzip and deflate/s],
  ['grpc-status-99', 'UNKNOWN', 'server', /grpc-status "99".*weird/],
  ['grpc-status-nan', 'UNKNOWN', 'server', /no number/],
  ['html-200', 'RESOURCE_EXHAUSTED', 'client', /larger than max.*this length is the text "html"/s],
  ['html-502', 'UNAVAILABLE', 'client', /HTTP status code 502.*--client native/s],
  ['rst-internal', 'INTERNAL', 'client', /INTERNAL_ERROR \(2\)/],
  ['rst-refused', 'UNAVAILABLE', 'client', /refused/i],
  ['trailers-missing', 'INTERNAL', 'client', /RST_STREAM with code 0/],
  ['tcp-close-at-once', 'UNAVAILABLE', 'client', /No connection established.*closed the connection/s],
  ['http1-only', 'UNAVAILABLE', 'client', /does not speak HTTP.2/],
  ['many-headers-3000', 'RESOURCE_EXHAUSTED', 'client', /more than 128 header lines/],
  ['goaway-before-request', 'UNAVAILABLE', 'client', /GOAWAY NO_ERROR/],
  ['rst-cancel', 'CANCELLED', 'client', /CANCEL \(8\)/],
];

const byId = new Map<string, Fault>(faults.map((fault) => [fault.id, fault]));

describe('servers that misbehave', () => {
  it.each(met)('%s: %s, from the %s', async (id, name, origin, words) => {
    const fault = await openPlainServer(byId.get(id)!);
    channels.later(() => fault.close());
    const summary = await callOnce(channels.open(fault.address, { plaintext: true }), '/t.S/U');
    expect([summary.name, summary.status.origin, summary.words]).toEqual([name, origin, expect.stringMatching(words)]);
  });
});

describe('no connection', () => {
  it('is told within the time to connect in, by a port that stays silent', async () => {
    const silent = await openPlainServer(byId.get('tcp-accept-silent')!);
    channels.later(() => silent.close());
    const channel = channels.open(silent.address, { plaintext: true }, { connectTimeoutMs: 300 });
    const { status, words } = await callOnce(channel, '/t.S/U');
    expect(status).toMatchObject({ code: 14, origin: 'client' });
    expect(words).toMatch(/no connection to .* within 0.3 s.*\n.*no HTTP\/2 settings/s);
  });

  it('says that it goes on waiting where a server does not answer', async () => {
    const silent = await openPlainServer(byId.get('no-response-ever')!);
    channels.later(() => silent.close());
    const said: string[] = [];
    const abort = new AbortController();
    const say = (line: string): void => {
      said.push(line);
      abort.abort();
    };
    const channel = channels.open(silent.address, { plaintext: true }, { connectTimeoutMs: 300, say });
    expect((await callOnce(channel, '/t.S/U', undefined, { signal: abort.signal })).name).toBe('CANCELLED');
    expect(said.join()).toMatch(/no answer within 0.3 s.*--deadline ends it/);
  });

  it('is explained by what the native client finds', async () => {
    const { words } = await callOnce(channels.open('127.0.0.1:1', { plaintext: true }), '/t.S/U');
    expect(words).toMatch(/No connection established.*ECONNREFUSED[^\n]*\nconnection refused by 127.0.0.1:1/);
  });
});
