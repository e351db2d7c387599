// Requests for every method of the demo: what the curl lines are made of that the tests paste into a shell.
// They change what the demo keeps, so they are sent in this order.

/** One call. */
export interface PastedCase {
  readonly method: string;
  /** The request, or all of a stream, as JSON. */
  readonly request: object | readonly object[];
  /** For streams that never end by themselves, and calls that are too slow: seconds. */
  readonly deadline?: string;
}

const everything = {
  doubleValue: 0.1,
  floatValue: 'NaN',
  int64Value: '-9223372036854775808',
  uint64Value: '18446744073709551615',
  boolValue: true,
  stringValue: 'it\'s "quoted" $HOME `date` !x \\ ü 漢 😀 %41 a+b&c=d?e#f',
  bytesValue: '+/8A',
  color: 'COLOR_BLUE',
  optionalInt64: '0',
  optionalString: '',
  nothing: null,
  point: { x: -1, y: 2 },
  nested: { deeper: { text: 'line 1\nline 2\ttab' }, mode: 'MODE_ON' },
  tree: { label: 'a', children: [{ label: 'b' }, {}] },
  repeatedString: ['a', '', 'b,c'],
  mapStringPoint: { k: { x: 1 }, "o'clock": {} },
  any: { '@type': 'type.googleapis.com/kinds.v1.Point', x: 3 },
  timestamp: '2026-01-05T09:00:00.000000001Z',
  duration: '-1.500s',
  fieldMask: 'pageCount,book.title',
  struct: { a: [1, null, { b: 'c' }] },
  wrappedString: '',
  wrappedInt64: '0',
  customName: 'json_name',
};

const details = [
  { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'R', domain: 'd', metadata: { k: 'v' } },
  { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.500s' },
];

const charge = { customerId: 'c-1', amountCents: '500', currency: 'EUR', idempotencyKey: 'k-1' };

const of =
  (service: string) =>
  (method: string, ...requests: readonly (object | readonly object[])[]): PastedCase[] =>
    requests.map((request) => ({ method: `${service}/${method}`, request }));
const endless = (cases: readonly PastedCase[], deadline = '0.3'): PastedCase[] =>
  cases.map((one) => ({ ...one, deadline }));

const users = of('users.UserService');
const directory = of('userservice.v1.UserService');
const orders = of('orders.OrderService');
const payments = of('payments.v1.PaymentService');
const inference = of('inference.v1.InferenceService');
const library = of('library.v1.LibraryService');
const kinds = of('kinds.v1.KindsService');
const health = of('grpc.health.v1.Health');

const book = 'shelves/1/books/1';

/** Every method with several requests each, those that fail among them. */
export const pastedCases: readonly PastedCase[] = [
  ...users('GetUser', { id: '1' }, { id: "o'brien/2 %2F ü" }, {}),
  ...users('ListUsers', {}, { pageSize: 2, filter: 'a' }, { pageToken: '2' }),
  ...users(
    'CreateUsers',
    [
      { name: 'Dave', email: 'dave@example.com' },
      { name: "E'va", email: 'eva@example.com', role: 'USER_ROLE_ADMIN' },
    ],
    [{ name: 'Dave', email: 'dave@example.com' }],
    [{}],
    [],
  ),
  ...endless(users('WatchUsers', {}, { userIds: ['1', '3'] })),
  ...directory('GetUser', { userId: 'u-1' }, { userId: 'u-404' }, { userId: '..' }, {}),
  ...directory('ListUsers', { pageSize: 2 }, { filter: 'a b&c=d+e', pageToken: 'x' }, { pageSize: -1 }),
  ...directory('StreamUserActivity', { userId: 'u-1' }, { userId: 'u-2', sinceUnix: '1767691200' }, { userId: 'x' }),
  ...directory('BatchGetUsers', { userIds: ['u-1', 'u-2'] }, { userIds: ['u-3', 'nobody'] }, {}),
  ...orders('GetOrder', { orderId: 'o-1' }, { orderId: 'o-404' }),
  ...orders(
    'CreateOrder',
    { customerId: 'c-1', items: [{ productId: 'p-1', quantity: 2 }] },
    { customerId: '', items: [{ quantity: 0 }] },
  ),
  ...orders('StreamOrderUpdates', { orderId: 'o-2' }, { orderId: 'o-3' }, { orderId: 'none' }),
  ...payments(
    'ChargeCard',
    charge,
    { ...charge, amountCents: '-5' },
    { ...charge, idempotencyKey: '', description: '' },
  ),
  ...payments('ChargeCard', { ...charge, customerId: 'offline', idempotencyKey: 'k-2' }, {}),
  ...endless(payments('StreamTransactions', {}, { customerId: 'c-1', sinceUnix: '1767603601' })),
  ...payments('BatchCharge', [charge, { ...charge, customerId: 'declined', idempotencyKey: 'k-3' }], []),
  ...payments('PaymentChat', [{ text: 'hello' }, { text: "it's", transactionId: 'tx-1' }], []),
  ...inference('Complete', { prompt: 'Why gRPC?', maxTokens: 3, temperature: 0.5 }, { model: 'none' }, {}),
  ...inference('StreamComplete', { prompt: 'Why\n"gRPC"?' }, { prompt: 'x', maxTokens: 1 }, { maxTokens: -1 }),
  ...inference('Chat', [{ role: 'user', content: 'hi' }, { role: 'system' }], [{ role: 'user' }, { role: 'nobody' }]),
  ...inference('RunInference', { prompt: 'a b' }, {}),
  ...inference('StreamInference', { prompt: 'a b' }, { model: 'none' }),
  ...library('ListShelves', {}, { pageSize: 1 }),
  ...library('GetShelf', { name: 'shelves/1' }, { name: 'shelves/a b' }),
  ...library('CreateShelf', { shelf: { theme: 'Maps' }, shelfId: 'm' }, { shelf: {} }, { shelfId: 'n' }),
  ...library('ReplaceShelf', { shelf: { name: 'shelves/m', theme: 'Charts' } }),
  ...library('GetBook', { name: book }, { name: 'shelves/1/books/9' }, { name: 'shelves/1/books/a%2Fb' }),
  ...library('ListBooks', { parent: 'shelves/1', pageSize: 2 }, { pageSize: 1 }, {}),
  ...library(
    'SearchBooks',
    { query: 'the' },
    {
      filter: { author: 'o', publishedAfter: '1930-01-01T00:00:00Z', minRating: 0 },
      genres: ['GENRE_FICTION', 'GENRE_SCIENCE'],
    },
  ),
  ...library(
    'CreateBook',
    { parent: 'shelves/1', book: { title: "It's", authors: ['A', 'B'], labels: { a: 'b' }, rating: 0 }, bookId: 'i' },
    { parent: 'shelves/2', book: { title: '' }, validateOnly: true },
    { parent: 'shelves/404', book: { title: 'x' } },
  ),
  ...library(
    'UpdateBook',
    { book: { name: book, title: 'New', pageCount: 7 }, updateMask: 'title,pageCount' },
    { book: { name: book, title: 'Newer', etag: 'old' } },
  ),
  ...library(
    'MoveBook',
    { name: 'shelves/1/books/i', otherShelf: 'shelves/2' },
    { name: book, otherShelf: 'shelves/1' },
  ),
  ...library('CheckBook', { name: book }, { name: 'shelves/1/books/9' }),
  ...library('ListTitles', { parent: 'shelves/1' }, { parent: 'shelves/404' }),
  ...library('GetPage', { book, path: 'part-1/chapter 2/3' }, { book, path: 'x' }),
  ...library(
    'UploadCover',
    { book, image: { contentType: 'image/png', data: 'iVBORw0KGgoAAQID' } },
    { book, image: { contentType: 'text/plain', data: 'aGVsbG8=' } },
  ),
  ...library('DownloadCover', { book }, { book: 'shelves/1/books/9' }),
  ...endless(library('WatchBooks', { parent: 'shelves/1' })),
  ...library('ImportBooks', [
    { parent: 'shelves/2', book: { title: 'One' } },
    { parent: 'shelves/2', book: { title: 'Two' }, bookId: 'two' },
  ]),
  ...library('DeleteBook', { name: book }, { name: book }),
  ...kinds('Echo', {}, everything, { child: everything }),
  ...kinds('EchoLegacy', { id: 'x' }, { id: 'a/b', count: 0, result: { url: 'u' }, '[kinds.v1.note]': 'n' }),
  ...kinds('EchoStream', [{}, everything, { stringValue: 'last' }], []),
  ...kinds(
    'Fail',
    { code: 7, message: 'no\nway ✗', details },
    { code: 14, message: 'late', afterMessages: 2, details },
    {},
  ),
  ...kinds(
    'FailUnary',
    ...Array.from({ length: 16 }, (_, at) => ({ code: at + 1, message: `code ${at + 1}`, details })),
  ),
  ...kinds('FailUnary', { code: 99 }, {}),
  ...kinds('Slow', { delay: '0.010s' }, { delay: '-1s' }),
  ...endless(kinds('Slow', { delay: '30s' }), '0.2'),
  ...kinds('Count', { count: 3 }, { count: 2, interval: '0.010s', payloadSize: 5 }, {}),
  ...kinds('Upload', [{ name: 'f', data: 'AAECAw==' }, { data: '/+8=' }], []),
  ...health('Check', { service: 'orders.OrderService' }, {}, { service: 'none' }),
  ...endless(health('Watch', { service: 'orders.OrderService' })),
  ...health('List', {}),
];
