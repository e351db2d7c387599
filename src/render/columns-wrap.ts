// Long lines broken to fit a column, by cells, with colours that go on in the next line: nothing is cut off.
import { graphemes } from './graphemes.ts';
import { cellWidth } from './visible.ts';

const colours = /\u001b\[[0-9;]*m/g;
const closing = /^\u001b\[(?:0|22|39|49)?m$/;

/**
 * A line as lines of at most `width` cells: broken behind a blank or comma where there is one behind the first third,
 * else anywhere. Following lines are indented by `hang` cells. Give it text without line ends that is safe for a terminal;
 * colours (SGR) may be in it.
 */
export function wrapCells(text: string, width: number, hang = 0): string[] {
  const plain = text.replace(colours, '');
  if (plain.length <= width * longest && cellWidth(plain) <= width) return [text];
  const indent = ' '.repeat(Math.min(hang, Math.floor(width / 2)));
  return coloured(text, breaks(plain, width, width - indent.length), indent);
}

/** Code units that a line is looked for in, for each cell of its width: a mebibyte in one string is no burden. */
const longest = 16;

/** Offsets in `plain` where lines after the first begin. */
function breaks(plain: string, firstWidth: number, width: number): number[] {
  const offsets: number[] = [];
  let at = 0;
  let room = firstWidth;
  for (;;) {
    const rest = plain.slice(at, at + room * longest);
    if (at + rest.length === plain.length && cellWidth(rest) <= room) return offsets;
    at += lineLength(rest, room);
    offsets.push(at);
    room = width;
  }
}

/** How many code units of `text` go into `width` cells, ended where it reads well; at least one character. */
function lineLength(text: string, width: number): number {
  let end = 0;
  let used = 0;
  for (const piece of graphemes(text)) {
    const cells = cellWidth(piece);
    if (used + cells > width && end > 0) break;
    used += cells;
    end += piece.length;
  }
  const head = text.slice(0, end);
  const good = Math.max(head.lastIndexOf(' '), head.lastIndexOf(',')) + 1;
  return good > end / 3 ? good : end;
}

/** Cuts coloured text at offsets of its plain text; a colour in force is ended there and begun again. */
function coloured(text: string, offsets: readonly number[], indent: string): string[] {
  const lines: string[] = [];
  const open: string[] = [];
  let line = '';
  let from = 0;
  let plainAt = 0;
  let next = 0;
  const add = (piece: string): void => {
    let start = 0;
    while (next < offsets.length && plainAt + piece.length - start > (offsets[next] ?? 0)) {
      const cutAt = (offsets[next++] ?? 0) - plainAt;
      line += piece.slice(start, start + cutAt);
      plainAt += cutAt;
      start += cutAt;
      lines.push(open.length > 0 ? `${line}\u001b[0m` : line);
      line = indent + open.join('');
    }
    line += piece.slice(start);
    plainAt += piece.length - start;
  };
  for (const match of text.matchAll(colours)) {
    add(text.slice(from, match.index));
    from = match.index + match[0].length;
    line += match[0];
    if (closing.test(match[0])) open.pop();
    else open.push(match[0]);
  }
  add(text.slice(from));
  return [...lines, line];
}
