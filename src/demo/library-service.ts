// library.v1.LibraryService: the methods by which google.api.http rules can be tried.
// Reading is here, changing in library-changes.ts.
import { notFound, rejectViolations } from './failure.ts';
import { changeHandlers } from './library-changes.ts';
import { type Book, findBook, findShelf, type Library, makeLibrary } from './library-store.ts';
import type { Call, Handlers } from './serve.ts';
import { milliseconds, type Timestamp } from './timestamp.ts';

interface PageRequest {
  pageSize: number;
  pageToken: string;
}

interface SearchRequest {
  query: string;
  filter: { author: string; publishedAfter: Timestamp | null; minRating?: number } | null;
  genres: string[];
}

/** The handlers of library.v1.LibraryService. */
export function libraryService(): Handlers {
  const library = makeLibrary();
  return { ...readHandlers(library), ...changeHandlers(library) };
}

function readHandlers(library: Library): Handlers {
  return {
    ListShelves: (request: PageRequest) => {
      const { items, nextPageToken } = page(byName(library.shelves.values()), request);
      return { shelves: items, nextPageToken };
    },
    GetShelf: ({ name }: { name: string }) => findShelf(library, name),
    GetBook: ({ name }: { name: string }) => findBook(library, name),
    ListBooks: (request: PageRequest & { parent: string }) => {
      const { items, nextPageToken } = page(booksOn(library, request.parent), request);
      return { books: items, nextPageToken };
    },
    SearchBooks: (request: SearchRequest) => ({ books: booksOn(library, '').filter(matches(request)) }),
    CheckBook: ({ name }: { name: string }) => {
      findBook(library, name);
      return {};
    },
    ListTitles: ({ parent }: { parent: string }) => {
      const titles = booksOn(library, parent).map((book) => book.title);
      return { titles, total: titles.length };
    },
    GetPage: ({ book, path }: { book: string; path: string }) => {
      const { title } = findBook(library, book);
      return { path, text: `${title}, ${path === '' ? 'the cover' : path.split('/').join(', ')}.` };
    },
    DownloadCover: ({ book }: { book: string }) => {
      findBook(library, book);
      const cover = library.covers.get(book);
      if (cover === undefined) throw notFound('library.v1.Cover', book);
      return cover;
    },
    WatchBooks: async function* ({ parent }: { parent: string }, call: Call) {
      // Before the list is sent, so that no change in between is lost.
      const upcoming = library.changes.watch(call.signal);
      for (const book of booksOn(library, parent)) yield { book, deleted: false };
      for await (const event of upcoming) if (event.book.name.startsWith(`${parent}/`)) yield event;
    },
  };
}

/** The books of a shelf or, without a name, of all; NOT_FOUND if there is no such shelf. */
function booksOn(library: Library, parent: string): Book[] {
  if (parent !== '') findShelf(library, parent);
  const books = byName(library.books.values());
  return parent === '' ? books : books.filter((book) => book.name.startsWith(`${parent}/`));
}

function byName<T extends { name: string }>(items: Iterable<T>): T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function page<T extends { name: string }>(items: T[], { pageSize, pageToken }: PageRequest) {
  if (pageSize < 0) rejectViolations([['page_size', 'must not be negative']]);
  const size = pageSize || 10;
  // The token is the last name that was sent, so a page stays right when something before it is deleted.
  const rest = items.filter((item) => item.name > pageToken);
  const sent = rest.slice(0, size);
  return { items: sent, nextPageToken: rest.length > size ? (sent.at(-1)?.name ?? '') : '' };
}

function matches({ query, filter, genres }: SearchRequest): (book: Book) => boolean {
  const holds = (text: string, part: string) => text.toLowerCase().includes(part.toLowerCase());
  return (book) =>
    holds(book.title, query) &&
    (genres.length === 0 || genres.includes(book.genre)) &&
    (!filter?.author || book.authors.some((author) => holds(author, filter.author))) &&
    milliseconds(book.publishedAt) >= (filter?.publishedAfter ? milliseconds(filter.publishedAfter) : -Infinity) &&
    (book.rating ?? 0) >= (filter?.minRating ?? 0);
}
