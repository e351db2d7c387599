// One message of a stream as a line of the screen: its direction, number, time and JSON, cut to the width.
import { MessageError } from '../codec/binary-reader.ts';
import type { PrintMessage } from '../render/rendered.ts';
import { marks, type Style } from '../render/style.ts';
import { humanSize } from '../render/units.ts';
import { cellWidth, cut, visible } from '../render/visible.ts';
import type { KeptMessage } from './kept-messages.ts';

export type Direction = 'sent' | 'received';

/** Below this there is no room for the time. */
const roomForTime = 60;
/** Nobody reads more of one message in a line, on whatever paper. */
const longestLine = 4000;
/** A message longer than this is not printed for a line that shows the first of it. */
const longestPrinted = 256 * 1024;

/** What lines are made with; `columns` is infinite where nothing is to be cut. */
export interface LineStyle {
  readonly style: Style;
  readonly columns: number;
  /** Compact JSON. */
  readonly print: PrintMessage;
}

/** ` ← 3  14.02s  {"text":"…"}`, without a line end. */
export function messageLine(direction: Direction, kept: KeptMessage, { style, columns, print }: LineStyle): string {
  const { toServer, fromServer, more } = marks(style);
  const number = String(kept.number).padEnd(2);
  const time = columns < roomForTime ? '' : ` ${`${(kept.at / 1000).toFixed(2)}s`.padStart(6)}`;
  const mark = direction === 'sent' ? style.cyan(toServer) : style.green(fromServer);
  const gap = time === '' ? ' ' : '  ';
  const before = ` ${direction === 'sent' ? toServer : fromServer} ${number}${time}${gap}`;
  const room = Math.max(8, Math.min(columns, longestLine) - 1 - cellWidth(before));
  return ` ${mark} ${number}${style.dim(time)}${gap}${cut(messageText(direction, kept, print), room, more)}`;
}

/** The message on one line; what it is where it cannot be read, or is too long to be read in a line. */
export function messageText(direction: Direction, { number, message }: KeptMessage, print: PrintMessage): string {
  if (message.length > longestPrinted) {
    const word = direction === 'sent' ? `:>${number}` : `:${number}`;
    return `(${humanSize(message.length)}; ${word} shows it)`;
  }
  try {
    return visible(print(message, direction === 'sent' ? 'request' : 'response'));
  } catch (error) {
    if (error instanceof MessageError)
      return `(${humanSize(message.length)}, cannot be read: ${visible(error.message)})`;
    throw error;
  }
}
