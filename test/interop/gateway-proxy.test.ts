// Our own gateway behind nginx with its usual settings: what curl lines get is the same, connections are kept, and a
// stream's messages arrive one by one although nginx likes to collect answers.
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gatewayToDemo, type TestGateway } from '../gateway/running.ts';
import { nginx, type RunningProxy, startNginx } from './proxies.ts';

if (!nginx) console.log('skipped: nginx is not installed (apt-get install nginx-light)');

const kinds = '/kinds.v1.KindsService';

describe.skipIf(!nginx)('nginx before the gateway', () => {
  let gateway: TestGateway;
  let proxy: RunningProxy;
  beforeAll(async () => {
    gateway = await gatewayToDemo();
    // The upstream is kept open; the Host header is that of the upstream, as nginx does it.
    const address = `127.0.0.1:${gateway.port}`;
    const pass = `proxy_pass http://upstream; proxy_http_version 1.1; proxy_set_header Connection "";`;
    proxy = await startNginx(address, {
      speaks: '',
      locations: `location / { ${pass} proxy_set_header Host ${address}; }`,
    });
  });
  afterAll(async () => {
    await proxy.stop();
    await gateway.close();
  });
  const url = (path: string): string => `http://${proxy.address}${path}`;
  const post = (path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    fetch(url(path), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });

  test('calls and errors', async () => {
    const book = await fetch(url('/v1/shelves/1/books/1'));
    expect([book.status, await book.json()]).toEqual([200, expect.objectContaining({ name: 'shelves/1/books/1' })]);
    const none = await fetch(url('/v1/shelves/1/books/404'));
    expect([none.status, await none.json()]).toMatchObject([404, { error: { status: 'NOT_FOUND' } }]);
    const page = await fetch(url('/'));
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringMatching(/text\/html/)]);
  });

  test('many calls over kept connections', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    const get = (): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        http
          .get(url('/v1/shelves/1/books/1'), { agent }, (response) => {
            response.resume().on('end', () => resolve(response.statusCode));
          })
          .on('error', reject);
      });
    const codes = await Promise.all(Array.from({ length: 200 }, get));
    agent.destroy();
    expect(new Set(codes)).toEqual(new Set([200]));
  });

  test.each(['application/x-ndjson', 'text/event-stream'])('%s: each message when it is sent', async (accept) => {
    const response = await post(`${kinds}/Count`, { count: 3, interval: '1s' }, { accept });
    const reader = response.body!.getReader();
    let seen = '';
    while (!seen.includes('"index":2')) seen += Buffer.from((await reader.read()).value!).toString();
    // All three together would mean that nginx waited for the end.
    expect(seen).not.toContain('"index":3');
    await reader.cancel();
  });
});
