// Bytes of a terminal → keys. Node's decoder knows the sequences; here its events become Keys of one shape, a bracketed
// paste becomes one key with its whole text, and the few control characters it has no name for get theirs.
import { emitKeypressEvents } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Key } from './machine.ts';

/** What node:readline tells of a key. */
interface KeypressEvent {
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
  readonly sequence?: string | undefined;
}

/** How long a lone Esc waits for the rest of a sequence, in milliseconds; node's own 500 are felt as a hang. */
const escapeTimeout = 40;

// Terminals send these for Ctrl with a punctuation key; node leaves them without a name.
const controlNames = new Map([
  ['\u0000', 'space'],
  ['\u001c', '\\'],
  ['\u001d', ']'],
  ['\u001e', '^'],
  ['\u001f', '_'],
]);

/** Reads keys from `input` until the returned function is called; a paste arrives as one key named `paste`. */
export function readKeys(input: Readable, onKey: (key: Key) => void): () => void {
  emitKeypressEvents(input, { escapeCodeTimeout: escapeTimeout } as never);
  let pasted: string[] | undefined;
  const listener = (_text: string | undefined, event: KeypressEvent): void => {
    if (event.name === 'paste-start') pasted = [];
    else if (event.name === 'paste-end') {
      onKey(pasteKey((pasted ?? []).join('')));
      pasted = undefined;
    } else if (pasted) pasted.push(event.sequence ?? '');
    else onKey(keyOf(event));
  };
  input.on('keypress', listener);
  return () => input.off('keypress', listener);
}

/** The key of a paste. Line ends become `\n`, as a terminal sends `\r` for them. */
export function pasteKey(text: string): Key {
  const lines = text.replaceAll('\r\n', '\n').replaceAll('\r', '\n');
  return { name: 'paste', ctrl: false, meta: false, shift: false, text: lines };
}

/** A Key from what node's decoder found. */
export function keyOf(event: KeypressEvent): Key {
  const { name = '', ctrl = false, meta = false, shift = false, sequence = '' } = event;
  const control = controlNames.get(sequence);
  if (control !== undefined) return { name: control, ctrl: true, meta, shift, text: '' };
  // Node calls a lone Esc one with Alt.
  if (name === 'escape') return { name, ctrl: false, meta: false, shift: false, text: '' };
  // Ctrl-J is a line feed, and what scripts send for Enter.
  if (name === 'enter') return { name: 'return', ctrl, meta, shift, text: '' };
  const typed = !ctrl && !meta && !/[\u0000-\u001f\u007f]/.test(sequence) ? sequence : '';
  return { name: name === '' ? typed : name, ctrl, meta, shift, text: typed };
}

/** The key as a person writes it: `ctrl-s`, `alt-b`, `shift-tab`, `f4`, `a`. Letters are written small. */
export function keyName(key: Key): string {
  // Shift with a letter is the letter itself.
  const shift = key.shift && key.text === '' && key.name.length > 1;
  return `${key.ctrl ? 'ctrl-' : ''}${key.meta ? 'alt-' : ''}${shift ? 'shift-' : ''}${key.name}`;
}

/** The Key of a written name, for tests and for typed words that stand for a key; one letter types itself. */
export function namedKey(name: string): Key {
  let rest = name;
  const takes = (prefix: string): boolean => {
    if (!rest.startsWith(prefix) || rest.length === prefix.length) return false;
    rest = rest.slice(prefix.length);
    return true;
  };
  const ctrl = takes('ctrl-');
  const meta = takes('alt-');
  const shift = takes('shift-');
  const one = [...rest].length === 1;
  const text = rest === 'space' && !ctrl && !meta ? ' ' : one && !ctrl && !meta ? rest : '';
  return { name: one ? rest.toLowerCase() : rest, ctrl, meta, shift: shift || (one && /\p{Lu}/u.test(rest)), text };
}
