// The shelves and books behind library.v1.LibraryService, and the changes that watchers are told of.
// Names are kept as they are in messages: "shelves/1/books/2".
import { status } from '@grpc/grpc-js';
import { type Changes, makeChanges } from './changes.ts';
import { alreadyExists, failureWithInfo, notFound, rejectViolations } from './failure.ts';
import { type Timestamp, timestamp } from './timestamp.ts';

/** library.v1.Shelf. */
export interface Shelf {
  name: string;
  theme: string;
}

/** library.v1.Book; `rating` is absent if nobody has voted. */
export interface Book {
  name: string;
  title: string;
  authors: string[];
  genre: string;
  pageCount: number;
  publishedAt: Timestamp | null;
  rating?: number;
  labels: Record<string, string>;
  etag: string;
}

/** google.api.HttpBody. */
export interface HttpBody {
  contentType: string;
  data: Buffer;
}

/** A change on a shelf. */
export interface BookEvent {
  book: Book;
  deleted: boolean;
}

/** Everything the library has. */
export interface Library {
  shelves: Map<string, Shelf>;
  books: Map<string, Book>;
  covers: Map<string, HttpBody>;
  changes: Changes<BookEvent>;
}

/** Two shelves with five books. */
export function makeLibrary(): Library {
  const library: Library = { shelves: new Map(), books: new Map(), covers: new Map(), changes: makeChanges() };
  for (const [name, theme] of [
    ['shelves/1', 'Computing'],
    ['shelves/2', 'Novels'],
  ] as const) {
    library.shelves.set(name, { name, theme });
  }
  for (const [name, title, author, genre, pageCount, published, rating] of seed) {
    const book = { name, title, authors: [author], genre, pageCount, publishedAt: timestamp(Date.parse(published)) };
    putBook(library, { ...book, labels: { language: 'en' }, etag: '', ...(rating === 0 ? {} : { rating }) });
  }
  return library;
}

const seed = [
  ['shelves/1/books/1', 'The Art of Assembly', 'Ada Lovelace', 'GENRE_SCIENCE', 312, '1991-03-01T00:00:00Z', 4.5],
  ['shelves/1/books/2', 'Compilers at Sea', 'Grace Hopper', 'GENRE_SCIENCE', 198, '2004-07-15T00:00:00Z', 4],
  ['shelves/1/books/3', 'A History of Zero', 'Alan Turing', 'GENRE_HISTORY', 420, '2012-11-30T00:00:00Z', 0],
  ['shelves/2/books/1', 'The Long Timeout', 'Barbara Liskov', 'GENRE_FICTION', 256, '2019-05-20T00:00:00Z', 3.5],
  ['shelves/2/books/2', 'Half Closed', 'Radia Perlman', 'GENRE_FICTION', 144, '2023-01-09T00:00:00Z', 5],
] as const;

/** The shelf, or NOT_FOUND. */
export function findShelf(library: Library, name: string): Shelf {
  const shelf = library.shelves.get(name);
  if (shelf === undefined) throw notFound('library.v1.Shelf', name);
  return shelf;
}

/** The book, or NOT_FOUND. */
export function findBook(library: Library, name: string): Book {
  const book = library.books.get(name);
  if (book === undefined) throw notFound('library.v1.Book', name);
  return book;
}

/** Stores a book under its name with the next etag and tells the watchers. Returns it as stored. */
export function putBook(library: Library, book: Book): Book {
  const version = Number(library.books.get(book.name)?.etag.slice(1) ?? 0) + 1;
  const stored = { ...book, etag: `v${version}` };
  library.books.set(book.name, stored);
  library.changes.announce({ book: stored, deleted: false });
  return stored;
}

/** Takes a book away, with its cover, and tells the watchers. Returns it as it was, or throws NOT_FOUND. */
export function removeBook(library: Library, name: string): Book {
  const book = findBook(library, name);
  library.books.delete(name);
  library.covers.delete(name);
  library.changes.announce({ book, deleted: true });
  return book;
}

/**
 * The name for a new shelf or book in a collection such as "shelves" or "shelves/1/books". Without an id, the lowest
 * free number. Throws INVALID_ARGUMENT for an id that cannot be a part of a name, ALREADY_EXISTS for a taken one.
 */
export function newName(
  taken: ReadonlyMap<string, unknown>,
  collection: string,
  id: string,
  field: string,
  type: string,
) {
  if (id === '') {
    let number = 1;
    while (taken.has(`${collection}/${number}`)) number++;
    return `${collection}/${number}`;
  }
  if (!/^[a-z0-9-]+$/.test(id)) rejectViolations([[field, 'may hold a to z, 0 to 9 and hyphens only']]);
  const name = `${collection}/${id}`;
  if (taken.has(name)) throw alreadyExists(type, name);
  return name;
}

/** Throws ABORTED if an etag is given and is not that of the book: somebody else was faster. */
export function checkEtag(book: Book, etag: string): void {
  if (etag === '' || etag === book.etag) return;
  const metadata = { name: book.name, sent: etag, current: book.etag };
  throw failureWithInfo(status.ABORTED, `the book has changed: its etag is ${book.etag}`, 'ETAG_MISMATCH', metadata);
}
