// The rows of the fault table that concern the gateway.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { faults, triedIn } from '../faults/fault-table.ts';
import { data, headers } from '../support/http2-frames.ts';
import { rawServer } from '../support/raw-http2.ts';
import { ask, gatewayTo, gatewayToDemo, raw, type TestGateway } from './running.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await gatewayToDemo();
});
afterAll(() => gateway.close());

interface Seen {
  readonly status: number;
  readonly text: string;
}

const post = (path: string, body: string) => ask(gateway.url, path, { method: 'POST', body });

/** What each row does; the token of gw-no-token does not exist, since the page has no script and calls nothing. */
const attempts: Readonly<Record<string, () => Promise<Seen>>> = {
  'gw-host-rebind': () => ask(gateway.url, '/', { headers: { host: 'evil.example' } }),
  'gw-get-side-effect': () => ask(gateway.url, '/v1/charges'),
  'gw-ws-origin': () => upgrade('http://evil.example'),
  'gw-json-depth': () => post('/kinds.v1.KindsService/Echo', `${'{"message":'.repeat(100_000)}`),
  'gw-smuggle': async () => {
    const head = `POST /v1/charges HTTP/1.1\r\nhost: localhost:${gateway.port}\r\ncontent-type: application/json\r\n`;
    const text = await raw(gateway.port, `${head}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`);
    return { status: Number(text.slice(9, 12)), text };
  },
  'gw-upstream-html': async () => {
    const server = await rawServer(async (connection) => {
      const id = await connection.request();
      const page = Buffer.from('<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>');
      const head = headers(id, [
        [':status', '502'],
        ['content-type', 'text/html'],
      ]);
      connection.write(head, data(id, page, { endStream: true }));
    });
    const before = await gatewayTo(`127.0.0.1:${server.port}`, { schema: gateway.schema });
    const answer = await ask(before.url, '/v1/shelves');
    await before.close();
    await server.close();
    return answer;
  },
  'gw-error-mid-stream': async () => {
    const answer = await post('/kinds.v1.KindsService/Fail', '{"code":14,"message":"gone","afterMessages":3}');
    expect(answer.complete).toBe(false);
    return answer;
  },
  'gw-xss': () => ask(gateway.url, '/'),
};

function upgrade(origin: string): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const url = `${gateway.url.replace('http', 'ws')}/kinds.v1.KindsService/EchoStream`;
    const socket = new WebSocket(url, { headers: { origin } });
    socket.on('open', () => reject(new Error('let in')));
    socket.on('error', () => {});
    socket.on('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    });
  });
}

const rows = faults.filter((fault) => triedIn(fault) === 'test/gateway/faults.test.ts');

describe.each(rows)('$id: $server', ({ id, expect: expected }) => {
  test('is answered as the table says, and the gateway goes on', async () => {
    const wanted = expected as unknown as { http_status: number; body_must_mention: string[] };
    const seen = await attempts[id]!();
    expect(seen.status).toBe(wanted.http_status);
    for (const words of wanted.body_must_mention) expect(seen.text).toMatch(new RegExp(words, 'i'));
    expect((await ask(gateway.url, '/v1/shelves')).status).toBe(200);
  });
});
