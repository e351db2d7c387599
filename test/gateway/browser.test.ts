// A real browser before the gateway: its own pages may do everything, pages of other sites nothing, whatever way they try.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRestRules } from '../../src/rest/route.ts';
import { readRuleFile } from '../../src/rest/rule-file.ts';
import { loadSchema } from '../../src/schema/load.ts';
import { type Chromium, noChromium, type Page, startChromium } from '../support/chromium.ts';
import { eventually } from '../support/raw-http2.ts';
import { temporaryFiles } from '../support/temp.ts';
import { ask, gatewayTo, gatewayToDemo, type TestGateway } from './running.ts';

let gateway: TestGateway;
let browser: Chromium;
/** A server of somebody else's pages, which is reached under several names. */
let foreign: http.Server;
let foreignPort: number;

const rules = `http:
  rules:
  - selector: kinds.v1.KindsService.Fail
    get: /fail
`;

beforeAll(async () => {
  if (noChromium) return;
  const ruleFile = await readRuleFile('rules.yaml', rules);
  gateway = await gatewayToDemo({ rules: openRestRules({ style: 'auto', ruleFiles: [ruleFile] }) });
  foreign = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><link rel="icon" href="data:,"><p>somebody else');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  foreignPort = (foreign.address() as AddressInfo).port;
  browser = await startChromium(['--host-resolver-rules=MAP evil.test 127.0.0.1']);
});
afterAll(async () => {
  await browser?.close();
  foreign?.close();
  await gateway?.close();
});

/** Opens a page for `use` and closes it afterwards. */
async function withPage(url: string, use: (page: Page, status: number) => Promise<void>): Promise<void> {
  const page = await browser.newPage();
  try {
    await use(page, await page.open(url));
  } finally {
    await page.close();
  }
}

/** A document of the gateway's own that may run scripts, unlike its page of routes. */
const own = (use: (page: Page) => Promise<void>) => withPage(`${gateway.url}/openapi.json`, use);

/** How many calls the upstream has counted, this one included: the demo numbers those that bring no id. */
async function calls(): Promise<number> {
  const { headers } = await ask(gateway.url, '/v1/shelves');
  return Number(/^demo-(\d+)$/.exec(String(headers['x-request-id']))![1]);
}

describe.skipIf(noChromium)(`the page of routes ${noChromium ?? ''}`, () => {
  test.each([
    [1280, 'light'],
    [1280, 'dark'],
    [360, 'light'],
  ] as const)('shows everything at %i pixels, %s, without a complaint', async (width, scheme) => {
    await withPage(`${gateway.url}/`, async (page, status) => {
      expect(status).toBe(200);
      await page.look(width, 900, scheme);
      const seen = await page.run<{ services: string[]; routes: number; text: string; scroll: number; ink: string }>(`
        for (const one of document.querySelectorAll('details')) one.open = true;
        return {
          services: [...document.querySelectorAll('h2')].map((one) => one.textContent),
          routes: document.querySelectorAll('summary .verb').length,
          text: document.body.innerText,
          scroll: document.documentElement.scrollWidth,
          ink: getComputedStyle(document.body).color,
        };`);
      const services = await gateway.schema.listServices();
      expect([...seen.services].sort()).toEqual([...services].sort());
      expect(seen.routes).toBeGreaterThan(45);
      expect(seen.text).toContain('/v1/{name=shelves/*/books/*}');
      expect(seen.text).toContain('curl -N -g');
      expect(seen.scroll).toBeLessThanOrEqual(width);
      expect(seen.ink).toBe(scheme === 'dark' ? 'rgb(230, 237, 243)' : 'rgb(28, 33, 40)');
      expect(page.complaints).toEqual([]);
    });
  });

  test('its links lead to its parts, and it has no script to run', async () => {
    await withPage(`${gateway.url}/#orders.OrderService`, async (page) => {
      expect(await page.run('return document.querySelector(":target")?.textContent')).toBe('orders.OrderService');
      expect(await page.run('return document.scripts.length')).toBe(0);
      // Its policy lets nothing in, even if something got into it.
      const blocked = `const image = new Image(); const done = new Promise((resolve) => { image.onerror = () => resolve('blocked'); image.onload = () => resolve('loaded'); }); image.src = '/openapi.json'; return done;`;
      expect(await page.run(blocked)).toBe('blocked');
      await expect(page.run(`await fetch('/v1/shelves')`)).rejects.toThrow('Failed to fetch');
    });
  });

  test('what the author of a schema wrote stays text', async () => {
    const folder = temporaryFiles({
      'hostile.proto': `syntax = "proto3"; package hostile; import "google/api/annotations.proto";
        message M { string name = 1 [json_name = "'\\"</pre><img src=x onerror=document.title='pwned'>"]; }
        // </p><script>document.title = 'pwned'</script><style>*{display:none}</style>
        service Evil {
          // --></details><svg onload="document.title='pwned'"> \u202e right to left
          rpc Do(M) returns (M) { option (google.api.http) = {post: "/v1/'onmouseover='document.title=1" body: "*"}; }
        }`,
    });
    const load = { protoFiles: [`${folder}/hostile.proto`], importPaths: [folder], protosets: [], reflect: undefined };
    const schema = await loadSchema({
      ...load,
      channel: undefined,
      metadata: [],
      signal: new AbortController().signal,
    });
    const hostile = await gatewayTo('127.0.0.1:1', { schema });
    await withPage(`${hostile.url}/`, async (page) => {
      const seen = await page.run<{ title: string; text: string; tags: string[] }>(`
        for (const one of document.querySelectorAll('details')) one.open = true;
        await new Promise((resolve) => setTimeout(resolve, 50));
        const tags = [...new Set([...document.body.querySelectorAll('*')].map((one) => one.localName))].sort();
        return { title: document.title, text: document.body.innerText, tags };`);
      expect(seen.title).toBe('REST routes of 127.0.0.1:1');
      for (const part of ['<script>', '<svg onload', '<img src=x', "/v1/'onmouseover="])
        expect(seen.text).toContain(part);
      expect(seen.tags).not.toContain('script');
      expect(seen.tags).not.toContain('img');
      expect(page.complaints).toEqual([]);
    });
    await hostile.close();
  });

  test('bytes that a server calls HTML run no script here', async () => {
    const path = '/v1/shelves/1/books/1/cover';
    const body = '<title>a cover</title><script>document.title = "pwned"</script>';
    await ask(gateway.url, path, { method: 'POST', body, headers: { 'content-type': 'text/html' } });
    await withPage(gateway.url + path, async (page, status) => {
      expect([status, await page.run('return document.title + " " + origin')]).toEqual([200, 'a cover null']);
    });
  });
});

describe.skipIf(noChromium)(`a page of the gateway's own site ${noChromium ?? ''}`, () => {
  test('calls with every HTTP method', async () => {
    await own(async (page) => {
      const answers = await page.run(`
        const headers = { 'content-type': 'application/json' };
        const said = [];
        const send = async (method, path, body) => {
          const response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
          const { title } = await response.json();
          said.push([method, response.status, title]);
        };
        await send('POST', '/v1/shelves/1/books?bookId=from-browser', { title: 'Made' });
        await send('PATCH', '/v1/shelves/1/books/from-browser?updateMask=title', { title: 'Changed' });
        await send('GET', '/v1/shelves/1/books/from-browser');
        await send('DELETE', '/v1/shelves/1/books/from-browser');
        await send('GET', '/v1/shelves/1/books/from-browser');
        return said;`);
      expect(answers).toEqual([
        ['POST', 200, 'Made'],
        ['PATCH', 200, 'Changed'],
        ['GET', 200, 'Changed'],
        ['DELETE', 200, null],
        ['GET', 404, null],
      ]);
    });
  });

  test('reads lines as they come', async () => {
    await own(async (page) => {
      const seen = await page.run(`
        const response = await fetch('/v1/kinds:count?count=1000000&interval=0.05s');
        const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
        let text = '';
        while (text.split('\\n').length < 4) text += (await reader.read()).value;
        await reader.cancel();
        return text;`);
      expect(seen).toMatch(/^\{"index":1\}\n\{"index":2\}\n\{"index":3\}\n/);
      await eventually(() => gateway.lines.some((line) => /Count CANCELLED/.test(line)));
    });
  });

  /** All that an EventSource has to say, until it is closed for good. */
  const listen = (path: string) => `
    const said = [];
    const source = new EventSource(${JSON.stringify(path)});
    source.onmessage = ({ data }) => said.push(data);
    return new Promise((resolve) => {
      source.onerror = ({ data }) => {
        if (data !== undefined) said.push(JSON.parse(data).error.message);
        if (source.readyState === EventSource.CLOSED) resolve(said);
      };
    });`;

  test('an EventSource hears all messages once, and is told not to come back', async () => {
    const before = await calls();
    await own(async (page) => {
      expect(await page.run(listen('/v1/kinds:count?count=2'))).toEqual(['{"index":1}', '{"index":2}']);
    });
    expect(await calls()).toBe(before + 2);
  });

  test('an EventSource hears of a late error, once', async () => {
    const before = await calls();
    await own(async (page) => {
      const said = await page.run<string[]>(listen('/fail?code=14&message=gone%20wrong&afterMessages=1'));
      expect([said.length, said[1]]).toEqual([2, 'gone wrong']);
    });
    expect(await calls()).toBe(before + 2);
  });

  test('an EventSource that is refused stays closed', async () => {
    await own(async (page) => {
      expect(await page.run(listen('/fail?code=5'))).toEqual([]);
      expect(await page.run(listen('/none'))).toEqual([]);
    });
  });

  /** Sends frames over a WebSocket; resolves to what came back and how it closed. */
  const talk = (path: string, frames: readonly unknown[]) => `
    const said = [];
    const socket = new WebSocket(location.origin.replace('http', 'ws') + ${JSON.stringify(path)});
    socket.onopen = () => { for (const frame of ${JSON.stringify(frames)}) socket.send(JSON.stringify(frame)); };
    socket.onmessage = ({ data }) => said.push(JSON.parse(data));
    return new Promise((resolve) => { socket.onclose = ({ code, reason }) => resolve({ said, code, reason }); });`;
  const charge = { customerId: 'c-1', amountCents: '5', currency: 'EUR' };

  test.each([
    [
      'both ways',
      '/v1/kinds:echoStream',
      [{ boolValue: true }, { int32Value: 7 }, { $end: true }],
      { said: [{ boolValue: true }, { int32Value: 7 }], code: 1000, reason: 'OK' },
    ],
    [
      'a stream of requests',
      '/v1/charges:batch?method=POST',
      [charge, charge, { $end: true }],
      { said: [{ succeeded: 2 }], code: 1000, reason: 'OK' },
    ],
    [
      'an error',
      '/v1/kinds:failUnary',
      [{ code: 7, message: 'not you' }],
      {
        said: [{ error: { code: 7, message: 'not you', status: 'PERMISSION_DENIED' } }],
        code: 1011,
        reason: 'PERMISSION_DENIED',
      },
    ],
    ['a path without a route', '/none', [], { said: [], code: 1006, reason: '' }],
  ])('a WebSocket carries %s', async (_, path, frames, expected) => {
    await own(async (page) => expect(await page.run(talk(path, frames))).toMatchObject(expected));
  });
});

/** Everything that a page can try without being asked; each resolves once it is over. */
const attempts: Readonly<Record<string, string>> = {
  'a plain request': `fetch(to + '/v1/shelves').then(() => 'read')`,
  'a request whose answer is not read': `fetch(to + '/v1/shelves', { mode: 'no-cors' })`,
  'a request with cookies': `fetch(to + '/v1/shelves', { mode: 'no-cors', credentials: 'include' })`,
  'JSON as plain text': `fetch(to + '/v1/charges', { method: 'POST', mode: 'no-cors', body: charge })`,
  'JSON as a form': `fetch(to + '/v1/charges', { method: 'POST', mode: 'no-cors', body: new URLSearchParams(charge) })`,
  'JSON without a type': `fetch(to + '/v1/charges', { method: 'POST', mode: 'no-cors', body: new Blob([charge]) })`,
  'JSON as JSON': `fetch(to + '/v1/charges', { method: 'POST', headers: { 'content-type': 'application/json' }, body: charge }).then(() => 'read')`,
  DELETE: `fetch(to + '/v1/shelves/1/books/1', { method: 'DELETE' }).then(() => 'read')`,
  'a beacon': `navigator.sendBeacon(to + '/v1/charges', charge)`,
  'an image': `tag('img', { src: to + '/v1/shelves' })`,
  'a script': `tag('script', { src: to + '/v1/shelves' })`,
  'a style sheet': `tag('link', { rel: 'stylesheet', href: to + '/v1/shelves' })`,
  'a frame with the page': `tag('iframe', { src: to + '/' })`,
  'a frame with a call': `tag('iframe', { src: to + '/v1/shelves' })`,
  'a form': `form('application/x-www-form-urlencoded')`,
  'a form of plain text': `form('text/plain')`,
  'a form of files': `form('multipart/form-data')`,
  events: `new Promise((resolve) => { const source = new EventSource(to + '/v1/kinds:count?count=1'); source.onmessage = () => resolve('read'); source.onerror = () => resolve('refused'); })`,
  'a WebSocket': `new Promise((resolve) => { const socket = new WebSocket(to.replace('http', 'ws') + '/v1/kinds:echoStream'); socket.onopen = () => { socket.send('{}'); resolve('read'); }; socket.onclose = ({ code }) => resolve(code === 1006 ? 'refused' : code); })`,
};

const tools = `
  window.charge = '{"customerId":"c-1","amountCents":"5","currency":"EUR"}';
  window.tag = (name, attributes) => new Promise((resolve) => {
    const element = Object.assign(document.createElement(name), attributes);
    element.onload = () => resolve(name === 'iframe' ? 'framed' : 'read');
    element.onerror = () => resolve('refused');
    document.body.append(element);
  });
  window.form = (enctype) => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    frame.name = 'f' + Math.random();
    document.body.append(frame);
    const made = Object.assign(document.createElement('form'), { action: to + '/v1/charges', method: 'post', enctype, target: frame.name });
    made.append(Object.assign(document.createElement('input'), { name: '{"customerId":"c-1","x":"', value: '"}' }));
    document.body.append(made);
    frame.onload = () => resolve('framed');
    made.submit();
  });`;

describe.skipIf(noChromium)(`another site ${noChromium ?? ''}`, () => {
  /** From which page, and under which name it calls the gateway. */
  const sites: readonly [string, () => string, () => string][] = [
    ['on another port', () => `http://127.0.0.1:${foreignPort}/`, () => gateway.url],
    ['on another name', () => `http://localhost:${foreignPort}/`, () => gateway.url],
    ['that calls it localhost', () => `http://evil.test:${foreignPort}/`, () => `http://localhost:${gateway.port}`],
    ['with a name that leads here', () => `http://evil.test:${foreignPort}/`, () => `http://evil.test:${gateway.port}`],
  ];

  test.each(sites)('%s reaches nothing, whatever it tries', async (_, from, to) => {
    await withPage(from(), async (page) => {
      await page.run(`window.to = ${JSON.stringify(to())}; ${tools}`);
      for (const [name, body] of Object.entries(attempts)) {
        const before = await calls();
        const lines = gateway.lines.length;
        const outcome = await page.run(
          `const made = await Promise.resolve(${body}).catch(() => 'refused'); return typeof made === 'string' ? made : 'sent';`,
        );
        expect([name, outcome]).not.toEqual([name, 'read']);
        // It did come here, and was not merely lost on the way.
        await eventually(() => gateway.lines.slice(lines).some((line) => / 403 /.test(line) || /refused/.test(line)));
        expect([name, await calls()]).toEqual([name, before + 1]);
      }
    });
  });

  test('that rebinds its name to this machine gets no page and makes no call', async () => {
    const before = await calls();
    await withPage(`http://evil.test:${gateway.port}/openapi.json`, async (page, status) => {
      expect(status).toBe(403);
      const seen = await page.run(`
        const answers = [];
        for (const path of ['/', '/v1/shelves', '/openapi.json']) answers.push((await fetch(path)).status);
        const headers = { 'content-type': 'application/json' };
        answers.push((await fetch('/v1/charges', { method: 'POST', headers, body: '{"customerId":"c-1","amountCents":5}' })).status);
        return answers;`);
      expect(seen).toEqual([403, 403, 403, 403]);
    });
    expect(await calls()).toBe(before + 1);
  });

  test('that leads its reader here by a link makes no call', async () => {
    const before = await calls();
    await withPage(`http://localhost:${foreignPort}/`, async (page) => {
      const from = gateway.lines.length;
      await page.run(`location.href = ${JSON.stringify(`${gateway.url}/v1/shelves`)};`);
      await eventually(() => gateway.lines.slice(from).some((line) => line.includes('GET /v1/shelves 403')));
    });
    expect(await calls()).toBe(before + 1);
  });

  test("gets no leave by a preflight, of the private network's either", async () => {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
      'access-control-request-private-network': 'true',
    };
    const answer = await ask(gateway.url, '/v1/charges', { method: 'OPTIONS', headers });
    expect(answer.status).toBe(403);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
