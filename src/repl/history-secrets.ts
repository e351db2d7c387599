// What of a typed line may stand in a file: everything but credentials.
import { shellQuote } from '../render/command-line.ts';
import { isSecretName } from '../wire/credentials.ts';
import { isIncomplete, type Line, type LineWord, splitLine } from './line.ts';

const hidden = '****';
const secretish = /pass(?:word|wd|phrase)?$|secret|token|api_?-?key|private_?-?key|credential|authorization|cookie/i;
/** A name of a secret in what is not taken apart further: JSON, other programs' command lines. */
const secretMember =
  /("[^"]*(?:pass(?:word|wd|phrase)?|secret|token|api_?-?key|private_?-?key|credentials?)"\s*:\s*)("(?:[^"\\]|\\.)*"?|[^\s,}\]]+)/gi;
/** The scheme is bounded: without that a long word takes time by its square. */
const userInfo = /(\b[A-Za-z][\w+.-]{0,20}:\/\/)[^\s/@]+@/g;

/**
 * A line with its credentials replaced by `****`; undefined for one that is not to be kept at all: it begins with a
 * blank, is `auth`, or cannot be read while it speaks of a secret.
 */
export function withoutSecrets(line: string): string | undefined {
  if (/^\s/.test(line)) return undefined;
  let split: Line;
  try {
    const read = splitLine(line);
    if (isIncomplete(read)) return unreadable(line);
    split = read;
  } catch {
    return unreadable(line);
  }
  const words = split.words.map(written);
  if (words[0] === 'auth') return undefined;
  const safe = words.map((word, at) => safeWord(words, word, at));
  const command = split.sink?.kind === 'pipe' ? split.sink.command : '';
  const safeCommand = /bearer|authorization|password|token|secret/i.test(command) ? hidden : command;
  if (safeCommand === command && safe.every((word, at) => word === words[at])) return line;
  const typed = safe.map((word, at) =>
    word === words[at] ? quotedAgain(split.words[at] as LineWord) : shellQuote(word),
  );
  return `${typed.join(' ')}${sinkText(split, safeCommand)}`;
}

function unreadable(line: string): string | undefined {
  return /pass|secret|token|key|bearer|auth|cookie|@/i.test(line) ? undefined : line;
}

/** A word as text, its variables as they are written. */
function written(word: LineWord): string {
  return word.parts.map((part) => (part.kind === 'text' ? part.text : `\${${part.text}}`)).join('');
}

function quotedAgain(word: LineWord): string {
  const parts = word.parts.map((part) => (part.kind === 'text' ? shellQuoteText(part.text) : `\${${part.text}}`));
  return word.json ? written(word) : parts.join('') || "''";
}

function shellQuoteText(text: string): string {
  return text === '' || text === '=' ? text : shellQuote(text);
}

function sinkText(line: Line, command: string): string {
  if (!line.sink) return '';
  if (line.sink.kind === 'pipe') return ` | ${command}`;
  return ` ${line.sink.append ? '>>' : '>'} ${quotedAgain(line.sink.path)}`;
}

function safeWord(words: readonly string[], word: string, at: number): string {
  const before = words[at - 1] ?? '';
  if (/^(?:-H|--?(?:rpc-|reflect-)?header)$/.test(before)) return safeHeader(word);
  const joined = /^(-H=?|--?(?:rpc-|reflect-)?header=)([\s\S]+)$/.exec(word);
  if (joined) return `${joined[1]}${safeHeader(joined[2] as string)}`;
  if (/^--?bearer$/.test(before)) return masked(word);
  const bearer = /^(--?bearer=)([\s\S]*)$/.exec(word);
  if (bearer) return `${bearer[1]}${masked(bearer[2] as string)}`;
  if (words[0] === 'meta' && at > 0) return safeMeta(words, word, at);
  if (words[0] === 'let' && at > 1 && secretish.test((words[1] as string).split('=')[0] as string))
    return word === '=' ? word : masked(word);
  const field = /^([^=\s]*?)(:?=)([\s\S]*)$/.exec(word);
  if (field && secretish.test(lastStep(field[1] as string)))
    return `${field[1]}${field[2]}${masked(field[3] as string)}`;
  return word
    .replaceAll(secretMember, (_, name: string, value: string) =>
      /^"?\$\{[^}]*\}"?$/.test(value) ? name + value : `${name}"${hidden}"`,
    )
    .replaceAll(userInfo, `$1${hidden}@`);
}

function lastStep(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).replace(/\[.*$/, '');
}

/** `meta set NAME VALUE…`, `meta NAME: VALUE…`. */
function safeMeta(words: readonly string[], word: string, at: number): string {
  const isOption = (one: string): boolean => one.startsWith('--') || /^(?:set|add|all|rpc|reflect)$/.test(one);
  const nameAt = words.findIndex((one, index) => index > 0 && !isOption(one));
  if (at < nameAt || nameAt < 0) return word;
  const [name = '', glued = ''] = (words[nameAt] as string).split(/[:=]([\s\S]*)/);
  if (!isSecretName(name) || isOption(word)) return word;
  if (at > nameAt) return masked(word);
  return glued === '' ? word : `${name}: ${masked(glued.trim())}`;
}

function safeHeader(text: string): string {
  const colon = text.indexOf(':');
  const name = text.slice(0, colon).trim();
  return colon > 0 && isSecretName(name) ? `${name}: ${masked(text.slice(colon + 1).trim())}` : text;
}

/** What only says where the secret is may stay. */
function masked(value: string): string {
  return /^(?:(?:Bearer|Basic) )?(?:\$\{[^}]+\}|@\S+)$/.test(value) || value === '' ? value : hidden;
}
