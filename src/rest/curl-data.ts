// What curl sends: its -d flags put together as one body (or as a query, with -G), byte by byte as curl does.
import { UserError } from '../errors.ts';
import type { CurlFlag } from './curl-flags.ts';

/** Reads a file that the command names; `-` is what the command reads on stdin. Throws UserError. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** The data of a command. */
export interface CurlData {
  readonly bytes: Uint8Array;
  /** Given by --json, which sets the content type too. */
  readonly isJson: boolean;
}

const dataFlags = new Set(['data', 'data-ascii', 'data-raw', 'data-binary', 'data-urlencode', 'json']);

/** All data flags as one body, joined by `&` (but for --json); undefined when there are none. */
export async function curlData(flags: readonly CurlFlag[], read: ReadFile): Promise<CurlData | undefined> {
  const parts: Uint8Array[] = [];
  let isJson = false;
  for (const flag of flags) {
    if (!dataFlags.has(flag.name)) continue;
    if (parts.length > 0 && flag.name !== 'json') parts.push(Buffer.from('&'));
    parts.push(await dataOf(flag, read));
    isJson ||= flag.name === 'json';
  }
  return parts.length === 0 ? undefined : { bytes: Buffer.concat(parts), isJson };
}

async function dataOf({ name, value }: CurlFlag, read: ReadFile): Promise<Uint8Array> {
  if (name === 'data-urlencode') return urlEncoded(value, read);
  if (name === 'data-raw' || !value.startsWith('@')) return Buffer.from(value);
  const bytes = await read(value.slice(1));
  // Only these two keep line ends as they are.
  if (name === 'data-binary' || name === 'json') return bytes;
  return bytes.filter((byte) => byte !== 0x0a && byte !== 0x0d && byte !== 0);
}

/** `content`, `=content`, `name=content`, `@file`, `name@file`: the content is escaped, the name is not. */
async function urlEncoded(value: string, read: ReadFile): Promise<Uint8Array> {
  const at = value.search(/[=@]/);
  if (at < 0) return Buffer.from(formEscaped(Buffer.from(value)));
  const name = at === 0 ? '' : `${value.slice(0, at)}=`;
  const content = value[at] === '@' ? await read(value.slice(at + 1)) : Buffer.from(value.slice(at + 1));
  return Buffer.from(name + formEscaped(content));
}

function formEscaped(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-._~]/.test(char)) text += char;
    else text += char === ' ' ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** What -G and --url-query put into the query. Throws UserError 3 for data that no URL can hold. */
export async function curlQuery(
  flags: readonly CurlFlag[],
  data: CurlData | undefined,
  read: ReadFile,
): Promise<string[]> {
  const parts: string[] = [];
  const isGet = data !== undefined && flags.some(({ name }) => name === 'get');
  for (const { name, value } of flags) {
    // The data of -G takes their place.
    if (name !== 'url-query' || isGet) continue;
    const bytes = value.startsWith('+') ? Buffer.from(value.slice(1)) : await urlEncoded(value, read);
    parts.push(Buffer.from(bytes).toString());
  }
  if (isGet) parts.push(Buffer.from(data.bytes).toString());
  for (const part of parts) {
    const bad = part.search(/[\u0000-\u0020\u007f]/);
    if (bad >= 0) {
      throw new UserError(3, `the query has ${JSON.stringify(part[bad])} in it, which no URL may have`, {
        hint: 'curl escapes what --data-urlencode gives it',
      });
    }
  }
  return parts;
}
