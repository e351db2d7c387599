// A call written as a command that can be pasted into a shell: what the form, the REPL, --grpcurl and the hints print.
import { unsafeButLines } from '../wire/unsafe-text.ts';

/** A call to be written down. Secrets in `metadata` are masked by the caller, who knows which they are. */
export interface CallDescription {
  readonly address: string;
  /** `pkg.Svc/Method`. */
  readonly method: string;
  readonly metadata?: readonly (readonly [name: string, value: string])[] | undefined;
  /** The request document or documents, as given to `-d`; absent for none. */
  readonly data?: string | undefined;
  /** Words that are quoted already, behind the flags: `-H`, `"authorization: Bearer $TOKEN"`. */
  readonly ready?: readonly string[] | undefined;
  /** Further flags in the grammar of the command that is written, each a word: `['--plaintext', '--max-time', '3']`. */
  readonly flags?: readonly string[] | undefined;
}

const unsafe = new RegExp(unsafeButLines, 'u');
const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;
// `=` and `~` at the start mean something to zsh.
const startsPlain = /^[^=~]/;

/**
 * One word for a POSIX shell, also bash and zsh: as it is where that is safe, else in single quotes. Newlines and tabs
 * stay inside the quotes. Other control characters, and what nobody can see, do not survive pasting on a terminal: `printf`
 * makes them. NUL cannot be in a word and is left out.
 */
export function shellQuote(word: string): string {
  if (plainWord.test(word) && startsPlain.test(word)) return word;
  if (unsafe.test(word)) return printed(word.replaceAll('\u0000', ''));
  return quoted(word);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function printed(word: string): string {
  // `$(…)` drops the line ends at its end.
  const [, text = '', ends = ''] = /^([\s\S]*?)(\n*)$/.exec(word) ?? [];
  return `"$(${printfCommand(new TextEncoder().encode(text))})"${ends === '' ? '' : quoted(ends)}`;
}

const special = new Set(Buffer.from("\\%'-!"));

/** A `printf` command that writes exactly these bytes, in printable ASCII on one line. */
export function printfCommand(bytes: Uint8Array): string {
  let format = '';
  for (const byte of bytes) {
    // `!` means something to an interactive bash also here, between the double quotes around `$(…)`.
    const plain = byte >= 0x20 && byte < 0x7f && !special.has(byte);
    format += plain ? String.fromCharCode(byte) : byte === 0x25 ? '%%' : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `printf '${format}'`;
}

/** The call as a grepl command. JSON is put on one line where it can be. */
export function greplCommand(call: CallDescription): string {
  const words = ['grepl', 'call', ...(call.flags ?? [])];
  for (const [name, value] of call.metadata ?? []) words.push('-H', `${name}: ${value}`);
  if (call.data !== undefined) words.push('-d', oneLine(call.data));
  return [...words, call.address, call.method].map(shellQuote).join(' ');
}

/** Longer data is no single argument any more (Linux takes 128 KiB of text): it goes through a pipe. */
const longestArgument = 100_000;

/** The call as a grpcurl command: single-dash flags, flags before the address. */
export function grpcurlCommand(call: CallDescription): string {
  const words = ['grpcurl', ...(call.flags ?? [])];
  for (const [name, value] of call.metadata ?? []) words.push('-H', `${name}: ${value}`);
  const data = call.data === undefined ? undefined : oneLine(call.data);
  const isLong = data !== undefined && data.length > longestArgument;
  const flags = [...words.map(shellQuote), ...(call.ready ?? [])];
  if (data !== undefined) flags.push('-d', isLong ? '@' : shellQuote(data));
  const line = [...flags, shellQuote(call.address), shellQuote(call.method)].join(' ');
  return isLong ? `printf %s ${shellQuote(data)} | ${line}` : line;
}

/**
 * JSON without the line breaks and indentation between its values, so that the command stays on one line. Works on the
 * text, not on a parsed value: numbers keep all their digits. Text that is not JSON comes back as it is.
 */
export function oneLine(data: string): string {
  if (!/^\s*[[{]/.test(data)) return data;
  const parts = data.match(/"(?:[^"\\]|\\.)*"|\s+|[^"\s]+|"/g) ?? [];
  return parts
    .map((part) => (/^\s/.test(part) ? (/[\r\n]/.test(part) ? ' ' : part) : part))
    .join('')
    .trim();
}
