// Proto source on a terminal: keywords, types, strings and comments told apart by colour.
import type { Style } from './style.ts';

const token =
  /(\/\/.*)|("(?:[^"\\\n]|\\.)*")|\b(service|message|enum|oneof|extend|rpc|returns|stream|group|map|option|reserved|extensions|repeated|optional|required|syntax|edition|package|import|public|weak)\b(?=[\s<(])/g;

/** Colours proto source as `protoSource` prints it; the text itself stays the same. */
export function colourProto(source: string, style: Style): string {
  if (style.dim('x') === 'x') return source;
  return source.replace(token, (all, comment: string | undefined, string: string | undefined) => {
    if (comment !== undefined) return style.dim(all);
    return string === undefined ? style.cyan(all) : style.green(all);
  });
}
