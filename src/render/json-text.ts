// JSON on a terminal: the printed text coloured piece by piece, without parsing it, so that no digit is lost.
import type { Style } from './style.ts';
import { visible } from './visible.ts';

const token = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;

/** JSON text for a terminal: names, strings, numbers and words in colour; control characters made visible. */
export function colourJson(text: string, style: Style): string {
  const safe = visible(text, { multiline: true });
  // Without colour there is nothing to look for.
  if (style.cyan('x') === 'x') return safe;
  return safe.replace(token, (all, string: string | undefined, colon: string | undefined) => {
    if (string === undefined) return /^[tfn]/.test(all) ? style.magenta(all) : style.yellow(all);
    return colon === undefined ? style.green(string) : style.cyan(string) + colon;
  });
}

/** JSON text on one line, with a blank inside braces as on the screens of streams: `{ "a": 1 }`. */
export function inlineJson(text: string): string {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let line = '';
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    const next = parts[at + 1];
    if (part === '{') line += next === '}' ? '{' : '{ ';
    else if (part === '}') line += parts[at - 1] === '{' ? '}' : ' }';
    else line += part === ',' || part === ':' ? `${part} ` : part;
  }
  return line;
}

/** Compact JSON text on several lines, two blanks a level. Works on the text, so that no digit is lost. */
export function indentJson(text: string): string[] {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  const lines: string[] = [];
  let line = '';
  let depth = 0;
  const next = (): void => {
    lines.push(line);
    line = '  '.repeat(depth);
  };
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    const opens = part === '{' || part === '[';
    const isEmpty = opens && /^[}\]]$/.test(parts[at + 1] ?? '');
    if (isEmpty) {
      line += `${part}${parts[++at]}`;
    } else if (opens) {
      depth++;
      line += part;
      next();
    } else if (part === '}' || part === ']') {
      depth--;
      next();
      line += part;
    } else {
      line += part === ':' ? ': ' : part;
      if (part === ',') next();
    }
  }
  return [...lines, line];
}
