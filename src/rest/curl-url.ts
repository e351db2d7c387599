// The URL of a curl command in its parts, with the path as it goes over the wire: no URL class, since that changes it.
import { UserError } from '../errors.ts';

/** A URL as curl sends it. */
export interface CurlUrl {
  readonly scheme: string;
  /** With the port, if it was given. */
  readonly host: string;
  /** `user:password`, unescaped; undefined when the URL has none. */
  readonly user: string | undefined;
  /** Raw, still escaped; begins with a slash. */
  readonly path: string;
  /** Raw, without `?`; undefined when there is none. */
  readonly query: string | undefined;
}

/** How curl is told to read it. */
export interface CurlUrlOptions {
  /** Leave `.` and `..` in the path. */
  readonly pathAsIs: boolean;
  /** Leave `{}` and `[]` alone. */
  readonly globOff: boolean;
}

/**
 * Takes a URL apart as curl does: a missing scheme is http, `.` and `..` are collapsed, the fragment goes, letters beyond
 * ASCII are escaped. A path alone is taken too. Throws UserError 2 for what is no HTTP URL, and for URLs that stand for
 * several.
 */
export function readCurlUrl(text: string, options: CurlUrlOptions): CurlUrl {
  const given = options.globOff ? text : withoutGlobs(text);
  const bad = /[\u0000-\u0020\u007f]/.exec(given);
  if (bad) {
    throw new UserError(2, `the URL ${JSON.stringify(text)} has ${JSON.stringify(bad[0])} in it`, {
      hint: 'in a URL a blank is written %20',
    });
  }
  const [, schemeGiven, rest = ''] = /^(?:([A-Za-z][\w+.-]*):\/{1,3})?([\s\S]*)$/.exec(given) ?? [];
  const scheme = (schemeGiven ?? 'http').toLowerCase();
  if (!/^(?:https?|wss?)$/.test(scheme)) throw new UserError(2, `${JSON.stringify(text)} is no HTTP URL`);
  const [, authority = '', path = '', query] = /^([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const escaped = escapeWide(path === '' ? '/' : path);
  return {
    scheme,
    host: authority.slice(at + 1),
    user: at < 0 ? undefined : unescaped(authority.slice(0, at)),
    path: options.pathAsIs ? escaped : withoutDots(escaped),
    query: query === undefined ? undefined : escapeWide(query),
  };
}

/** `{a}` is a; what stands for more than one URL is refused. */
function withoutGlobs(text: string): string {
  const several = /\{[^{}]*,[^{}]*\}|\[(?:\d+-\d+|[A-Za-z]-[A-Za-z])(?::\d+)?\]/.exec(
    text.replace(/\/\/\[[^\]]*\]/, ''),
  );
  if (several) {
    throw new UserError(2, `${several[0]} in the URL means several requests to curl`, {
      hint: 'give one at a time; with -g curl takes braces and brackets as they are',
    });
  }
  return text.replace(/\{([^{},]*)\}/g, '$1');
}

/** RFC 3986 §5.2.4. */
function withoutDots(path: string): string {
  if (!/(?:^|\/)\.{1,2}(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const segments = path.slice(1).split('/');
  for (const [at, segment] of segments.entries()) {
    const isLast = at === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/** Letters beyond ASCII as the escapes that a server sees. */
export function escapeWide(text: string): string {
  return text.replace(/[^\u0000-\u007f]+/g, (letters) =>
    [...Buffer.from(letters)].map((byte) => `%${byte.toString(16).toUpperCase()}`).join(''),
  );
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
