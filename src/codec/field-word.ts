// FIELD=VALUE words taken apart: `a.b[0].c=v`, `f:=JSON`, `f=@FILE`, `map[key]=v`, `tags[]=x`.

/** One step of a field path: a name, or what is between brackets (`quoted` if it was in double quotes). */
export type Step =
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'bracket'; readonly text: string; readonly quoted: boolean };

/** A word: the path, whether the value is JSON (`:=`), and the value, not interpreted yet. */
export interface Word {
  readonly text: string;
  readonly path: readonly Step[];
  readonly json: boolean;
  readonly value: string;
}

const name = /[^.[\]=:]+|:(?!=)/y;
const bracket = /\[(?:("(?:[^"\\]|\\.)*")|([^\]"]*))\]/y;

/** Takes a word apart. Returns what is wrong with it if it is none. */
export function parseWord(text: string): Word | string {
  const path: Step[] = [];
  let pos = 0;
  for (;;) {
    if (text.startsWith(':=', pos) && path.length > 0) {
      return { text, path, json: true, value: text.slice(pos + 2) };
    }
    if (text.charAt(pos) === '=' && path.length > 0) return { text, path, json: false, value: text.slice(pos + 1) };
    if (pos >= text.length) return path.length === 0 ? 'an empty word' : 'there is no "=" in it';
    const found = nextStep(text, pos, path.length === 0);
    if (found === undefined) return `the path cannot be read from character ${pos + 1}`;
    path.push(found.step);
    pos = found.end;
  }
}

function nextStep(text: string, pos: number, isFirst: boolean): { step: Step; end: number } | undefined {
  if (text.charAt(pos) === '[') {
    bracket.lastIndex = pos;
    const found = bracket.exec(text);
    if (found === null) return undefined;
    const key = found[1] === undefined ? found[2] : unquote(found[1]);
    if (key === undefined) return undefined;
    return { step: { kind: 'bracket', text: key, quoted: found[1] !== undefined }, end: bracket.lastIndex };
  }
  const start = isFirst ? pos : pos + 1;
  if (!isFirst && text.charAt(pos) !== '.') return undefined;
  // An extension: `[pkg.name]` in the place of a name.
  if (text.charAt(start) === '[') return nextStep(text, start, isFirst);
  let end = start;
  for (;;) {
    name.lastIndex = end;
    if (!name.test(text)) break;
    end = name.lastIndex;
  }
  return end === start ? undefined : { step: { kind: 'name', text: text.slice(start, end) }, end };
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}

/** A map key or a member name as a step of a path: bare after a dot where that can be read back, else in brackets. */
export function keyStep(key: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(key)) return `.${key}`;
  return /^[^"\]]+$/.test(key) ? `[${key}]` : `[${JSON.stringify(key)}]`;
}
