// `grepl from-curl` against the demo and from files: what it prints, what it sends, and how it says what is wrong.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { type Ran, type RunMainOptions, runMain } from './run-main.ts';

let demo: Demo;
beforeAll(async () => {
  demo = await startDemo({ host: '127.0.0.1', port: 0 });
});
afterAll(() => demo.close(100));

function fromCurl(words: readonly string[], options?: RunMainOptions): Promise<Ran> {
  return runMain(['from-curl', demo.address, ...words], options);
}

async function document(words: readonly string[], options?: RunMainOptions) {
  const { exit, out, err } = await fromCurl([...words, '-o', 'json'], options);
  expect([exit, err]).toEqual([0, '']);
  return JSON.parse(out);
}

const files = ['--proto', 'library/v1/library.proto', '-I', 'proto-examples'];

describe('the document', () => {
  test('has method, request, metadata, template, ignored and warnings', async () => {
    const line = `curl --json '{"customerId":"c-1","amountCents":"9007199254740993"}' -H 'X-Tenant: blue' -u a:b -A me --compressed -H 'Accept: a/b' http://h/v1/charges`;
    expect(await document([line])).toEqual({
      method: 'payments.v1.PaymentService/ChargeCard',
      request: { customerId: 'c-1', amountCents: '9007199254740993' },
      metadata: [
        ['authorization', 'Basic ****'],
        ['x-tenant', 'blue'],
      ],
      template: '/v1/charges',
      ignored: ['--compressed', '-A', '-H accept'],
      warnings: [],
    });
  });

  test.each<[string, readonly string[], string, object]>([
    ['a line', ['curl http://h/v1/users/u-1'], 'userservice.v1.UserService/GetUser', { userId: 'u-1' }],
    ['words', ['curl', '-s', 'http://h/v1/users/u-1'], 'userservice.v1.UserService/GetUser', { userId: 'u-1' }],
    ['METHOD URL', ['GET', 'http://h/v1/users/u%2F1'], 'userservice.v1.UserService/GetUser', { userId: 'u/1' }],
    ['METHOD path', ['GET', '/v1/users/u-1'], 'userservice.v1.UserService/GetUser', { userId: 'u-1' }],
    ['a URL', ['http://h/v1/users/u-1'], 'userservice.v1.UserService/GetUser', { userId: 'u-1' }],
    [
      'METHOD URL -d',
      ['POST', 'http://h/orders', '-d', '{"customerId":"c"}', '-H', 'a: b'],
      'orders.OrderService/CreateOrder',
      { customerId: 'c' },
    ],
    [
      'the RPC path',
      ['curl http://h/orders.OrderService/GetOrder -d \'{"order_id":"o"}\''],
      'orders.OrderService/GetOrder',
      { orderId: 'o' },
    ],
    ['HEAD of a GET', ['curl -I http://h/orders/o-1'], 'orders.OrderService/GetOrder', { orderId: 'o-1' }],
    [
      'HEAD of its own',
      ['curl -I http://h/v1/shelves/1/books/2'],
      'library.v1.LibraryService/CheckBook',
      { name: 'shelves/1/books/2' },
    ],
    [
      '-G',
      ["curl -G http://h/v1/users -d pageSize=3 --data-urlencode 'page_token=a b'"],
      'userservice.v1.UserService/ListUsers',
      { pageSize: 3, pageToken: 'a b' },
    ],
  ])('%s', async (_what, words, method, request) => {
    expect(await document(words)).toMatchObject({ method, request });
  });

  test('messages of a stream are a list', async () => {
    const { method, request } = await document([
      'curl http://h/v1/charges:batch -d \'{"customerId":"a"} {"customerId":"b"}\'',
    ]);
    expect(method).toBe('payments.v1.PaymentService/BatchCharge');
    expect(request).toEqual([{ customerId: 'a' }, { customerId: 'b' }]);
  });

  test('a label that curl gives by itself is warned of', async () => {
    const { warnings } = await document(["curl http://h/v1/charges -d '{}'"]);
    expect(warnings).toEqual(['the body is labelled application/x-www-form-urlencoded, and read as JSON all the same']);
  });

  test('parameters that nobody knows are warned of', async () => {
    const { warnings } = await document(['curl http://h/v1/users/u-1?nope=1']);
    expect(warnings.join()).toContain('nope');
  });

  test('fields that nobody knows are warned of, in streams too', async () => {
    const { request, warnings } = await document([`curl --json '{"customerId":"a","x":1}' h/v1/charges:batch`]);
    expect(request).toEqual([{ customerId: 'a' }]);
    expect(warnings).toEqual([expect.stringMatching(/no field "x": ignored$/)]);
  });

  test('the path of --rest-base is taken away', async () => {
    expect(await document(['GET', 'https://h/api/v1/users/u-1', '--rest-base', 'https://h/api/'])).toMatchObject({
      request: { userId: 'u-1' },
    });
  });

  test('from files alone', async () => {
    const { exit, out } = await runMain([
      'from-curl',
      ...files,
      'curl h/v1/shelves/1/books?pageSize=3',
      '-o',
      'ndjson',
    ]);
    expect(exit).toBe(0);
    expect(JSON.parse(out).request).toEqual({ parent: 'shelves/1', pageSize: 3 });
  });

  test('from stdin', async () => {
    expect(await document([], { stdin: "curl \\\n  'http://h/v1/users/u-1'\n" })).toMatchObject({
      request: { userId: 'u-1' },
    });
  });
});

describe('what is wrong', () => {
  test.each<[string, number, RegExp]>([
    ['curl http://h/v1/user/u-1', 4, /no route for GET \/v1\/user\/u-1[\s\S]*GET \/v1\/users\/\{user_id\}/],
    ['curl -X DELETE http://h/v1/charges', 4, /this path takes POST, not DELETE/],
    [`curl http://h/v1/charges -d '{"amountCents":"x"}'`, 3, /amountCents: expected a number/],
    [`curl http://h/v1/charges -d '{"amountCents":'`, 3, /body:1:/],
    ['curl http://h/v1/users?page_size=x', 3, /page_size/],
    ['curl http://h/v1/users/%zz', 3, /user_id: malformed percent-escape/],
    ['curl http://h/v1/users/u-1 -d x -X GET', 3, /takes no body/],
    ['curl http://h/v1/charges -d a=b', 3, /the body is JSON here/],
    ["curl 'http://h/v1/charges", 2, /has no end/],
    ['curl http://h -F a=b', 2, /-F is not taken/],
    ['wget http://h', 2, /no curl command/],
  ])('%s', async (line, code, message) => {
    const { exit, out, err } = await fromCurl([line]);
    expect([exit, out]).toEqual([code, '']);
    expect(err).toMatch(message);
  });
});

describe('--send', () => {
  test('makes the call, as call does', async () => {
    const { exit, out } = await fromCurl(['--send', 'curl', '-s', 'http://h/v1/users/u-1']);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ id: 'u-1', email: 'ada@example.com' });
  });

  test('exits with the status', async () => {
    const { exit, err } = await fromCurl(['curl', 'http://h/v1/users/none', '--send']);
    expect(exit).toBe(69);
    expect(err).toContain('NOT_FOUND');
  });

  test('sends headers as metadata, variables filled in', async () => {
    const line = 'curl -X POST http://h/v1/kinds:echoMetadata -m 5 -H "x-secret: $TOKEN" -H \'x-plain: ${TOKEN}\'';
    const { exit, out } = await fromCurl([line, '--send', '-H', 'x-own: 1'], { env: { TOKEN: 't' } });
    expect(exit).toBe(0);
    for (const text of ['"t"', '"${TOKEN}"', 'x-own']) expect(out).toContain(text);
  });

  test('--max-time is the deadline', async () => {
    const { exit, err } = await fromCurl(['curl http://h/v1/kinds:slow -d \'{"delay":"5s"}\' -m 0.2', '--send']);
    expect(exit, err).toBe(68);
  });

  test('a variable that is not set is told', async () => {
    const { exit, err } = await fromCurl(['curl "http://h/v1/users/u-1" -H "x-a: $NOPE"', '--send']);
    expect([exit, err]).toEqual([2, expect.stringContaining('NOPE is not set')]);
  });

  test('needs an address', async () => {
    const { exit, err } = await runMain(['from-curl', ...files, 'curl h/v1/shelves', '--send']);
    expect([exit, err]).toEqual([2, expect.stringContaining('no address')]);
  });
});

test('credentials are masked in the text, and what is printed calls the same', async () => {
  const { out } = await fromCurl(["curl http://h/v1/users/u-1 -H 'authorization: Bearer abcdefghijklmnop'"]);
  expect(out).not.toContain('abcdefgh');
  const command = out.trimEnd().split('\n').at(-1)!;
  expect(command).toBe(
    `grepl call -H 'authorization: Bearer ****mnop' -d '{"userId":"u-1"}' ${demo.address} userservice.v1.UserService/GetUser`,
  );
});

test('every curl line that rest prints leads back to its method', async () => {
  const { out } = await runMain(['list', demo.address, '-l', '-o', 'json']);
  const methods: { name: string }[] = JSON.parse(out).flatMap((service: { methods: [] }) => service.methods);
  expect(methods.length).toBeGreaterThan(40);
  const named: Record<string, string> = {
    CheckBook: 'name=shelves/1/books/1',
    CreateBook: 'parent=shelves/1',
    DeleteBook: 'name=shelves/1/books/1',
    DownloadCover: 'book=shelves/1/books/1',
    EchoLegacy: 'id=1',
    GetBook: 'name=shelves/1/books/1',
    GetPage: '{"book":"shelves/1/books/1","path":"a/b"}',
    GetShelf: 'name=shelves/1',
    ListBooks: 'parent=shelves/1',
    ListTitles: 'parent=shelves/1',
    MoveBook: 'name=shelves/1/books/1',
    ReplaceShelf: 'shelf.name=shelves/1',
    UpdateBook: 'book.name=shelves/1/books/1',
    UploadCover: 'book=shelves/1/books/1',
    WatchBooks: 'parent=shelves/1',
    GetOrder: 'order_id=o-1',
    StreamOrderUpdates: 'order_id=o-1',
    'users.UserService/GetUser': 'id=u-1',
    'userservice.v1.UserService/GetUser': 'user_id=u-1',
    StreamUserActivity: 'user_id=u-1',
  };
  for (const { name } of methods) {
    const word = named[name] ?? named[name.replace(/^.*\//, '')] ?? '';
    const data = word === '' ? ['-d', '{}'] : word.startsWith('{') ? ['-d', word] : [word];
    const rest = await runMain(['rest', demo.address, name, ...data, '-o', 'json']);
    const { curl, none } = JSON.parse(rest.out);
    expect(none, name).toBeUndefined();
    expect((await document([curl])).method, curl).toBe(name);
  }
}, 30_000);
