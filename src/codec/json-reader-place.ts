// Says where in a document something is wrong and what stands there. Worked out only once an error is certain, by
// walking the text again, so that reading itself keeps no track of paths.
import { escapeUnsafe } from '../wire/unsafe-text.ts';

/** Text made safe for a message: control and direction characters as \uXXXX, cut to 200 characters. */
export function visible(text: string): string {
  return escapeUnsafe(text.length > 200 ? `${text.slice(0, 199)}…` : text);
}

/** A value as an error message names it: scalars as written (cut to 40 characters), others by kind. */
export function describeValue(text: string, at: number): string {
  if (at >= text.length) return 'the end of the document';
  const char = text.charAt(at);
  if (char === '{') return 'an object';
  if (char === '[') return 'an array';
  const match = /^(?:"(?:[^"\\]|\\.)*"?|[\w.+-]+|.)/su.exec(text.slice(at, at + 200))!;
  const token = match[0];
  const short = [...token].length > 40 ? `${[...token].slice(0, 40).join('')}…` : token;
  return visible(/^["\w.+-]/.test(token) ? short : `"${short}"`);
}

/** The path of the value that holds position `at`: `items[2].quantity`, '' for the document itself. */
export function pathAt(text: string, at: number): string {
  const stack: { index: number; key: string | undefined }[] = [];
  for (let i = 0; i < at; i++) {
    const char = text.charAt(i);
    const top = stack.at(-1);
    if (char === '{') stack.push({ index: -1, key: undefined });
    else if (char === '[') stack.push({ index: 0, key: undefined });
    else if (char === '}' || char === ']') stack.pop();
    else if (char === ',' && top) {
      if (top.index >= 0) top.index++;
      top.key = undefined;
    } else if (char === '"') {
      const end = stringEnd(text, i);
      if (end > at) break;
      if (top && top.index < 0 && top.key === undefined) top.key = text.slice(i + 1, end - 1);
      i = end - 1;
    }
  }
  const path = stack.map(step).join('').replace(/^\./, '');
  return path.length > 160 ? `${path.slice(0, 60)}…${path.slice(-80)}` : path;
}

function step(level: { index: number; key: string | undefined }): string {
  if (level.index >= 0) return `[${level.index}]`;
  if (level.key === undefined) return '';
  return /^[\w@]+$/.test(level.key) ? `.${level.key}` : level.key.startsWith('[') ? level.key : `["${level.key}"]`;
}

/** Index behind the closing quote of the string that begins at `start`. */
function stringEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    if (text.charAt(i) === '\\') i++;
    else if (text.charAt(i) === '"') return i + 1;
  }
  return text.length + 1;
}
