// The words of a chat: what a line that begins with `:` or `/` asks for, since every key must have a typed twin.
import type { Fault } from './value-fault.ts';

/** Something to do with the stream, by a word or by its key. */
export type ChatWord =
  | { readonly type: 'open' | 'form' | 'last' | 'done' | 'cancel' | 'detach' | 'pause' | 'help' }
  /** Messages from a file; `perSecond` at most. */
  | { readonly type: 'file'; readonly path: string; readonly perSecond: number | undefined }
  /** The last message sent, so many times more. */
  | { readonly type: 'repeat'; readonly times: number; readonly perSecond: number | undefined }
  /** Shows only messages that match; '' shows all again. */
  | { readonly type: 'filter'; readonly expression: string }
  /** Writes what is received into a file. */
  | { readonly type: 'save'; readonly path: string }
  /** One message in full; without a direction the received one of that number. */
  | { readonly type: 'show'; readonly number: number; readonly direction: 'sent' | 'received' | undefined };

const simple = ['open', 'form', 'last', 'done', 'cancel', 'detach', 'pause', 'help'] as const;

/** All words, for help and for what is said about an unknown one. */
export const chatWords: readonly (readonly [word: string, what: string])[] = [
  [':form', 'fill in a message field by field'],
  [':last', 'the last message again, to be changed'],
  [':file FILE [--rate 10/s]', 'send the messages of a file'],
  [':repeat N [--rate 10/s]', 'send the last message N times more'],
  [':open', 'open the stream without sending'],
  [':done', 'no more messages (Ctrl-D)'],
  [':cancel', 'end the call (Ctrl-C)'],
  [':detach', 'let it go on behind the prompt'],
  [':pause', 'hold what arrives, and go on'],
  [':filter TEXT or PATH==JSON', 'show only what matches (also /TEXT)'],
  [':save FILE', 'write what is received, as NDJSON'],
  [':3', 'message 3 in full; :>3 the third sent'],
];

/** The meaning of a line that begins with `:` or `/`; a fault where it has none. */
export function readChatWord(text: string): { readonly word: ChatWord } | { readonly fault: Fault } {
  if (text.startsWith('/')) return { word: { type: 'filter', expression: text.slice(1).trim() } };
  const [, name = '', rest = ''] = /^:(\S*)\s*(.*?)\s*$/s.exec(text) ?? [];
  const number = /^([<>]|→|←)?(\d+)$/.exec(name);
  if (number) {
    const mark = number[1];
    const direction = mark === undefined ? undefined : mark === '>' || mark === '→' ? 'sent' : 'received';
    return { word: { type: 'show', number: Number(number[2]), direction } };
  }
  const plain = simple.find((word) => word === name);
  if (plain) return rest === '' ? { word: { type: plain } } : fault(text, rest, `:${name} stands alone`);
  switch (name) {
    case 'filter':
      return { word: { type: 'filter', expression: rest } };
    case 'save':
      if (rest === '') return { fault: { at: text.length, message: ':save needs a file, as :save out.ndjson' } };
      return { word: { type: 'save', path: unquoted(rest) } };
    case 'file':
    case 'repeat':
      return feed(name, text, rest);
    default:
      return { fault: { at: 1, message: `no word :${name}; :help shows them` } };
  }
}

/** `:file PATH` and `:repeat N`, both with `--rate`. */
function feed(
  name: 'file' | 'repeat',
  text: string,
  rest: string,
): { readonly word: ChatWord } | { readonly fault: Fault } {
  const rate = /(?:^|\s)--rate(?:[\s=]+(\S*))?/.exec(rest);
  const perSecond = rate ? perSecondOf(rate[1] ?? '') : undefined;
  if (rate && perSecond === undefined) return fault(text, rate[0].trim(), '--rate needs a number a second, as 10/s');
  const what = (rate ? rest.replace(rate[0], '') : rest).trim();
  if (name === 'file') {
    if (what === '') return { fault: { at: text.length, message: ':file needs a file, as :file messages.ndjson' } };
    return { word: { type: 'file', path: unquoted(what).replace(/^@/, ''), perSecond } };
  }
  if (!/^[1-9]\d{0,8}$/.test(what)) return fault(text, what, ':repeat needs a number, as :repeat 5');
  return { word: { type: 'repeat', times: Number(what), perSecond } };
}

function perSecondOf(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(?:\/(s|sec|m|min|h))?$/.exec(text);
  if (!found) return undefined;
  const unit = found[2]?.[0];
  const value = Number(found[1]) / (unit === 'm' ? 60 : unit === 'h' ? 3600 : 1);
  return value > 0 ? value : undefined;
}

function fault(text: string, part: string, message: string): { readonly fault: Fault } {
  return { fault: { at: part === '' ? text.length : text.lastIndexOf(part), message } };
}

function unquoted(text: string): string {
  return /^(['"])(.*)\1$/s.exec(text)?.[2] ?? text;
}
