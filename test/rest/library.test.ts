// Every rule shape of the example library: the request it makes, and the way back.
import { join } from 'node:path';
import type { DescService } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, test } from 'vitest';
import { restEquivalent } from '../../src/rest/equivalent.ts';
import { requestFromHttp } from '../../src/rest/reverse.ts';
import { openRestRules } from '../../src/rest/route.ts';
import { buildRouter, type Router } from '../../src/rest/router.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';
import { bytesOf, jsonOf } from './support.ts';

const root = join(import.meta.dirname, '..', '..', 'proto-examples');
const rules = openRestRules({ style: 'auto' });

let schema: Schema;
let library: DescService;
let router: Router;
beforeAll(async () => {
  schema = openSchema(await protoFiles([join(root, 'library/v1/library.proto')], [root]));
  const symbol = await schema.symbol('library.v1.LibraryService');
  if (symbol?.kind !== 'service') throw new Error('no library');
  library = symbol;
  router = buildRouter(library.methods.map((method) => rules.routeOf(method)));
});

const book = 'shelves/1/books/2';

describe('a call of the library', () => {
  test.each([
    ['ListShelves', { pageSize: 2 }, 'GET /v1/shelves?pageSize=2'],
    ['GetShelf', { name: 'shelves/1' }, 'GET /v1/shelves/1'],
    ['CreateShelf', { shelf: { theme: 'T' }, shelfId: 's' }, 'POST /v1/shelves?shelfId=s {"theme":"T"}'],
    ['ReplaceShelf', { shelf: { name: 'shelves/1', theme: 'T' } }, 'PUT /v1/shelves/1 {"theme":"T"}'],
    ['GetBook', { name: book }, 'GET /v1/shelves/1/books/2'],
    ['ListBooks', { parent: 'shelves/1', pageSize: 1 }, 'GET /v1/shelves/1/books?pageSize=1'],
    ['ListBooks', { pageSize: 1 }, 'GET /v1/books?pageSize=1'],
    [
      'SearchBooks',
      {
        query: 'a b',
        filter: { publishedAfter: '2024-01-01T00:00:00Z', minRating: 0 },
        genres: ['GENRE_FICTION', 'GENRE_HISTORY'],
      },
      'GET /v1/books:search?query=a%20b&filter.publishedAfter=2024-01-01T00%3A00%3A00Z&filter.minRating=0&genres=GENRE_FICTION&genres=GENRE_HISTORY',
    ],
    [
      'CreateBook',
      { parent: 'shelves/1', book: { title: 'T', labels: { k: 'v' } }, bookId: 'b', validateOnly: true },
      'POST /v1/shelves/1/books?bookId=b&validateOnly=true {"title":"T","labels":{"k":"v"}}',
    ],
    [
      'UpdateBook',
      { book: { name: book, pageCount: 3 }, updateMask: 'pageCount' },
      'PATCH /v1/shelves/1/books/2?updateMask=pageCount {"pageCount":3}',
    ],
    ['DeleteBook', { name: book }, 'DELETE /v1/shelves/1/books/2'],
    ['MoveBook', { name: book, otherShelf: 'shelves/2' }, 'POST /v1/shelves/1/books/2:move {"otherShelf":"shelves/2"}'],
    ['CheckBook', { name: book }, 'HEAD /v1/shelves/1/books/2'],
    ['ListTitles', { parent: 'shelves/1' }, 'GET /v1/shelves/1/titles'],
    ['GetPage', { book, path: 'part 1/2' }, 'GET /v1/shelves/1/books/2/pages/part%201/2'],
    ['UploadCover', { book, image: { contentType: 'image/png', data: 'aGk=' } }, 'POST /v1/shelves/1/books/2/cover hi'],
    ['DownloadCover', { book }, 'GET /v1/shelves/1/books/2/cover'],
    ['WatchBooks', { parent: 'shelves/1' }, 'GET /v1/shelves/1/books:watch'],
    [
      'ImportBooks',
      { parent: 'shelves/1', book: { title: 'T' } },
      'POST /v1/books:import {"parent":"shelves/1","book":{"title":"T"}}',
    ],
  ])('%s %j', (name, request, wanted) => {
    const method = library.methods.find((candidate) => candidate.name === name)!;
    const route = rules.routeOf(method);
    expect([route.source, route.warnings]).toEqual(['declared', []]);
    const bytes = bytesOf(method.input, request, schema.types);
    const made = restEquivalent(route, bytes, { types: schema.types, dialect: 'google', metadata: [] });
    if ('none' in made) throw new Error(made.none);
    const { httpMethod, path, query, body } = made;
    const data = body === undefined ? '' : ` ${Buffer.from(body.data).toString()}`;
    expect(`${httpMethod} ${path}${query === '' ? '' : `?${query}`}${data}`).toBe(wanted);
    const match = router.match(httpMethod, path);
    expect(match.kind === 'found' && match.route.method.name).toBe(name);
    const back = requestFromHttp(match, { query, body: body?.data, contentType: body?.contentType }, schema);
    expect(jsonOf(method.input, back.message, schema.types)).toEqual(request);
  });

  test('no two of its rules have one shape', () => {
    expect(router.conflicts).toEqual([]);
  });
});
