// The methods of library.v1.LibraryService that change something.
// Everything is checked before anything is stored.
import { status } from '@grpc/grpc-js';
import { failureWithInfo, rejectViolations, type Violation } from './failure.ts';
import {
  type Book,
  checkEtag,
  findBook,
  findShelf,
  type HttpBody,
  type Library,
  newName,
  putBook,
  removeBook,
  type Shelf,
} from './library-store.ts';
import type { Handlers } from './serve.ts';

interface CreateBook {
  parent: string;
  book: Book | null;
  bookId: string;
  validateOnly: boolean;
}

interface UpdateBook {
  book: Book | null;
  updateMask: { paths: string[] } | null;
}

/** The handlers of the methods that change something. */
export function changeHandlers(library: Library): Handlers {
  return {
    CreateShelf: ({ shelf, shelfId }: { shelf: Shelf | null; shelfId: string }) => {
      const name = newName(library.shelves, 'shelves', shelfId, 'shelf_id', 'library.v1.Shelf');
      return putShelf(library, { name, theme: shelf?.theme ?? '' });
    },
    ReplaceShelf: ({ shelf }: { shelf: Shelf | null }) => {
      findShelf(library, shelf?.name ?? '');
      return putShelf(library, shelf as Shelf);
    },
    CreateBook: (request: CreateBook) => createBook(library, request),
    UpdateBook: (request: UpdateBook) => updateBook(library, request),
    DeleteBook: ({ name }: { name: string }) => {
      removeBook(library, name);
      return {};
    },
    MoveBook: (request: { name: string; otherShelf: string }) => moveBook(library, request),
    UploadCover: ({ book, image }: { book: string; image: HttpBody | null }) => {
      findBook(library, book);
      const cover = { contentType: image?.contentType ?? '', data: image?.data ?? Buffer.alloc(0) };
      if (cover.data.length === 0) rejectViolations([['image.data', 'must not be empty']]);
      library.covers.set(book, cover);
      return { book, contentType: cover.contentType, sizeBytes: cover.data.length };
    },
    ImportBooks: async (requests: AsyncIterable<CreateBook>) => {
      const names: string[] = [];
      for await (const request of requests) names.push(createBook(library, request).name);
      return { names };
    },
  };
}

function putShelf(library: Library, shelf: Shelf): Shelf {
  library.shelves.set(shelf.name, shelf);
  return shelf;
}

function createBook(library: Library, { parent, book, bookId, validateOnly }: CreateBook): Book {
  findShelf(library, parent);
  rejectViolations(bookViolations(book));
  const name = newName(library.books, `${parent}/books`, bookId, 'book_id', 'library.v1.Book');
  const created = { ...(book as Book), name, etag: '' };
  return validateOnly ? created : putBook(library, created);
}

function bookViolations(book: Book | null): Violation[] {
  if (book === null) return [['book', 'must be set']];
  const violations: Violation[] = [];
  if (book.title === '') violations.push(['book.title', 'must not be empty']);
  if (book.pageCount < 0) violations.push(['book.page_count', 'must not be negative']);
  const rating = book.rating ?? 0;
  if (!(rating >= 0 && rating <= 5)) violations.push(['book.rating', 'must be from 0 to 5']);
  return violations;
}

/** The fields that a mask may name, and what they are called here. */
const maskFields = new Map<string, keyof Book>([
  ['title', 'title'],
  ['authors', 'authors'],
  ['genre', 'genre'],
  ['page_count', 'pageCount'],
  ['published_at', 'publishedAt'],
  ['rating', 'rating'],
  ['labels', 'labels'],
]);

function updateBook(library: Library, { book, updateMask }: UpdateBook): Book {
  const current = findBook(library, book?.name ?? '');
  const change = book as Book;
  checkEtag(current, change.etag);
  const paths = updateMask?.paths ?? [];
  const unknown = paths.filter((path) => path !== '*' && !maskFields.has(path));
  rejectViolations(unknown.map((path) => ['update_mask', `names ${JSON.stringify(path)}, which cannot be changed`]));
  const changed: Record<string, unknown> = { ...current };
  for (const [path, key] of maskFields) {
    const wanted = paths.length === 0 ? isSet(change[key]) : paths.includes(path) || paths.includes('*');
    if (wanted && change[key] === undefined) delete changed[key];
    else if (wanted) changed[key] = change[key];
  }
  const updated = changed as unknown as Book;
  rejectViolations(bookViolations(updated));
  return putBook(library, updated);
}

/** Whether a field differs from its default, so that an update without a mask means it. */
function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === 'GENRE_UNSPECIFIED')
    return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}

function moveBook(library: Library, { name, otherShelf }: { name: string; otherShelf: string }): Book {
  const book = findBook(library, name);
  findShelf(library, otherShelf);
  if (name.startsWith(`${otherShelf}/`)) {
    throw failureWithInfo(status.FAILED_PRECONDITION, `the book is on ${otherShelf} already`, 'SAME_SHELF', { name });
  }
  const moved = newName(library.books, `${otherShelf}/books`, '', '', 'library.v1.Book');
  removeBook(library, name);
  return putBook(library, { ...book, name: moved, etag: '' });
}
