// library.v1.LibraryService by its messages; what its HTTP rules make of them is tested with the gateway.
import { once } from 'node:events';
import { status } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { demoClient, type Message, outcome } from './demo-client.ts';

const client = await demoClient();
const call = (method: string, ...requests: Message[]) => client.call(`library.v1.LibraryService/${method}`, requests);
const get = async (method: string, request: Message): Promise<Message> => {
  const { code, messages, details } = await call(method, request);
  expect([code, details]).toEqual([status.OK, 'OK']);
  return messages[0];
};

describe('reading', () => {
  it('pages through the books of all shelves', async () => {
    const first = await get('ListBooks', { pageSize: 3 });
    const second = await get('ListBooks', { pageSize: 3, pageToken: first.nextPageToken });
    const names = [...first.books, ...second.books].map((book: Message) => book.name);
    expect(names).toEqual([
      'shelves/1/books/1',
      'shelves/1/books/2',
      'shelves/1/books/3',
      'shelves/2/books/1',
      'shelves/2/books/2',
    ]);
    expect(second.nextPageToken).toBe('');
  });

  it.each([
    [{ query: 'ART' }, ['The Art of Assembly']],
    [{ genres: ['GENRE_FICTION'], filter: { minRating: 4 } }, ['Half Closed']],
    [{ filter: { author: 'turing' } }, ['A History of Zero']],
    [{ filter: { publishedAfter: { seconds: '1500000000' } } }, ['The Long Timeout', 'Half Closed']],
    [{ query: 'nothing like it' }, []],
  ])('finds %j', async (request, titles) => {
    const { books } = await get('SearchBooks', request);
    expect(books.map((book: Message) => book.title)).toEqual(titles);
  });

  it('leaves an unset rating out, and sends titles and pages', async () => {
    expect(await get('GetBook', { name: 'shelves/1/books/3' })).not.toHaveProperty('rating');
    expect(await get('ListTitles', { parent: 'shelves/2' })).toEqual({
      titles: ['The Long Timeout', 'Half Closed'],
      total: 2,
    });
    const page = await get('GetPage', { book: 'shelves/2/books/2', path: 'part-1/chapter-2' });
    expect(page.text).toBe('Half Closed, part-1, chapter-2.');
  });
});

describe('changing', () => {
  let book: Message;
  beforeAll(async () => {
    await call('CreateShelf', { shelfId: 'new', shelf: { theme: 'Tests' } });
    const request = { title: 'Draft', pageCount: 7, labels: { a: 'b' }, rating: 0 };
    book = await get('CreateBook', { parent: 'shelves/new', bookId: 'b', book: request });
  });

  it('keeps a rating of 0, a map and a first etag', () => {
    expect(book).toMatchObject({ name: 'shelves/new/books/b', rating: 0, labels: { a: 'b' }, etag: 'v1' });
  });

  it('stores nothing that is only to be validated', async () => {
    const request = { parent: 'shelves/new', bookId: 'c', book: { title: 'T' }, validateOnly: true };
    expect(await get('CreateBook', request)).toMatchObject({ name: 'shelves/new/books/c', etag: '' });
    expect((await call('GetBook', { name: 'shelves/new/books/c' })).code).toBe(status.NOT_FOUND);
  });

  it('updates what the mask names, else what is set', async () => {
    const name = 'shelves/new/books/b';
    const masked = { book: { name, title: 'Final', pageCount: 99 }, updateMask: { paths: ['title', 'rating'] } };
    const first = await get('UpdateBook', masked);
    expect(first).toMatchObject({ title: 'Final', pageCount: 7 });
    expect(first).not.toHaveProperty('rating');
    expect(await get('UpdateBook', { book: { name, pageCount: 99 } })).toMatchObject({ title: 'Final', pageCount: 99 });
  });

  it('moves and deletes', async () => {
    const { name } = await get('CreateBook', { parent: 'shelves/new', book: { title: 'Mover' } });
    const moved = await get('MoveBook', { name, otherShelf: 'shelves/2' });
    expect(moved.name).toBe('shelves/2/books/3');
    expect((await call('CheckBook', { name })).code).toBe(status.NOT_FOUND);
    await get('DeleteBook', { name: moved.name });
    expect((await call('CheckBook', { name: moved.name })).code).toBe(status.NOT_FOUND);
  });

  it('gives a cover back as it was sent', async () => {
    const image = { contentType: 'image/png', data: Buffer.from([137, 80, 78, 71, 0, 255]) };
    const cover = await get('UploadCover', { book: 'shelves/1/books/1', image });
    expect(cover).toEqual({ book: 'shelves/1/books/1', contentType: 'image/png', sizeBytes: '6' });
    expect(await get('DownloadCover', { book: 'shelves/1/books/1' })).toMatchObject(image);
  });

  it('imports a stream of books', async () => {
    const books = [{ title: 'One' }, { title: 'Two' }].map((each) => ({ parent: 'shelves/new', book: each }));
    const { messages } = await call('ImportBooks', ...books);
    expect(messages[0].names).toHaveLength(2);
  });

  it('tells watchers of changes on their shelf only', async () => {
    const watch = client.open('library.v1.LibraryService/WatchBooks', [{ parent: 'shelves/2' }]);
    const events: Message[] = [];
    watch.on('data', (event: Message) => {
      events.push(event);
      if (event.deleted) watch.cancel();
    });
    const ended = outcome(watch);
    await once(watch, 'data');
    await get('CreateBook', { parent: 'shelves/1', bookId: 'elsewhere', book: { title: 'Elsewhere' } });
    await get('DeleteBook', { name: 'shelves/2/books/1' });
    expect((await ended).code).toBe(status.CANCELLED);
    expect(events.filter((event) => event.deleted).map((event) => event.book.name)).toEqual(['shelves/2/books/1']);
    expect(events.map((event) => event.book.title)).not.toContain('Elsewhere');
  });
});

describe('refusing', () => {
  const cases: [method: string, request: Message, code: number, detail: string][] = [
    ['GetShelf', { name: 'shelves/9' }, status.NOT_FOUND, 'google.rpc.ResourceInfo'],
    ['DownloadCover', { book: 'shelves/2/books/2' }, status.NOT_FOUND, 'google.rpc.ResourceInfo'],
    ['CreateShelf', { shelfId: '1' }, status.ALREADY_EXISTS, 'google.rpc.ResourceInfo'],
    ['CreateShelf', { shelfId: 'a/b' }, status.INVALID_ARGUMENT, 'google.rpc.BadRequest'],
    ['CreateBook', { parent: 'shelves/1', book: {} }, status.INVALID_ARGUMENT, 'google.rpc.BadRequest'],
    ['CreateBook', { parent: 'shelves/1' }, status.INVALID_ARGUMENT, 'google.rpc.BadRequest'],
    [
      'UpdateBook',
      { book: { name: 'shelves/1/books/2' }, updateMask: { paths: ['etag'] } },
      status.INVALID_ARGUMENT,
      'google.rpc.BadRequest',
    ],
    ['UpdateBook', { book: { name: 'shelves/1/books/2', etag: 'v0' } }, status.ABORTED, 'google.rpc.ErrorInfo'],
    [
      'MoveBook',
      { name: 'shelves/1/books/2', otherShelf: 'shelves/1' },
      status.FAILED_PRECONDITION,
      'google.rpc.ErrorInfo',
    ],
  ];
  it.each(cases)('%s %j', async (method, request, code, detail) => {
    const result = await call(method, request);
    expect([result.code, result.info.map(([name]) => name)]).toEqual([code, [detail]]);
  });
});
