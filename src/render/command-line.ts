// A call written as a command that can be pasted into a shell: what the form, the REPL, --grpcurl and the hints print.

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

const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;
// `=` and `~` at the start mean something to zsh.
const startsPlain = /^[^=~]/;

/**
 * One word for a POSIX shell, also zsh and fish: as it is where that is safe, else in single quotes. Newlines and tabs
 * stay inside the quotes. Other control characters do not survive pasting on a terminal: `printf` makes them.
 */
export function shellQuote(word: string): string {
  if (plainWord.test(word) && startsPlain.test(word)) return word;
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(word))
    return printed(word);
  return quoted(word);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

function printed(word: string): string {
  return `"$(${printfCommand(new TextEncoder().encode(word.replaceAll('\u0000', '')))})"`;
}

/** A `printf` command that writes exactly these bytes, in printable ASCII on one line. */
export function printfCommand(bytes: Uint8Array): string {
  let format = '';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c && byte !== 0x25 && byte !== 0x27 && byte !== 0x2d;
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
