// What the gateway serves itself: the page at / and the OpenAPI document, each made when first asked for.

import type { OutgoingHttpHeaders } from 'node:http';
import type { PageSubject } from './page-html.ts';
import { commonHeaders } from './reply.ts';

/** A page ready to be sent. */
export interface Page {
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly headers: OutgoingHttpHeaders;
}

/** The gateway's own pages. */
export interface Pages {
  /** What makes the page at a path; undefined where there is none. */
  page(path: string): (() => Promise<Page>) | undefined;
}

/** The pages of a gateway. */
export function openPages(subject: () => PageSubject): Pages {
  const make = new Map([
    ['/', once(() => routesPage(subject()))],
    ['/openapi.json', once(() => openApi(subject()))],
  ]);
  return { page: (path) => make.get(path) };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function openApi({ services, rules, dialect, address, url }: PageSubject): Promise<Page> {
  const { openApiDocument } = await import('../rest/openapi.ts');
  const options = { title: `REST routes of ${address}`, version: '1', servers: [url], dialect, lenient: true };
  const document = openApiDocument(services, rules, options);
  const data = Buffer.from(JSON.stringify(document, null, 2));
  return { contentType: 'application/json', data, headers: commonHeaders() };
}

async function routesPage(subject: PageSubject): Promise<Page> {
  const [{ routesHtml }, { pagePolicy }] = await Promise.all([import('./page-html.ts'), import('./page-style.ts')]);
  const headers = {
    ...commonHeaders(),
    'content-security-policy': pagePolicy,
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  };
  return { contentType: 'text/html; charset=utf-8', data: Buffer.from(routesHtml(subject)), headers };
}
