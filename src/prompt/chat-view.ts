// What the prompt of a stream shows: the newest message when they come too fast, the line, what is wrong with it, and
// one line about the call from which the least important parts go first where there is no room.
import { marks, type Style } from '../render/style.ts';
import { cellWidth, cut } from '../render/visible.ts';
import type { ChatFlow, ChatState } from './chat-state.ts';
import type { Size, View } from './machine.ts';

/** What stands before a message being typed. */
export const chatBefore = 'msg> ';

/** The chat as it is shown. */
export function chatView(state: ChatState, size: Size, style: Style): View {
  const { edit, fault, flow } = state;
  const { more } = marks(style);
  const typing = flow.input || edit.text !== '';
  const below =
    fault === undefined ? [] : [style.red(cut(` ${style.ascii ? '!' : '✗'} ${fault}`, size.columns - 1, more))];
  below.push(statusLine(flow, size.columns, style));
  return {
    above: flow.last === undefined ? [] : [flow.last],
    input: typing ? { before: flow.input ? chatBefore : '', text: edit.text, cursor: edit.cursor } : undefined,
    below,
  };
}

/** A part of the status line; of several that do not fit the one with the highest `rank` goes first. */
interface Part {
  readonly text: string;
  readonly rank: number;
}

/** `↑3 ↓128 · 00:12.4 · 45/s · open · deadline 10m     ^D done · ^C cancel`, within `columns`. */
export function statusLine(flow: ChatFlow, columns: number, style: Style): string {
  const { between, more } = marks(style);
  const parts: Part[] = [
    { text: countsText(flow, style), rank: 0 },
    { text: clockText(flow), rank: 3 },
    { text: flow.rate > 0 ? `${grouped(flow.rate)}/s` : '', rank: 4 },
    { text: phaseText(flow), rank: 1 },
    { text: flow.filter === undefined ? '' : `filter ${cut(flow.filter, 20, more)}`, rank: 2 },
    { text: flow.leftMs === undefined ? '' : `deadline ${leftText(flow.leftMs)}`, rank: 2 },
    ...(flow.busy ?? []).map((text) => ({ text: cut(text, 30, more), rank: 5 })),
  ].filter(({ text }) => text !== '');
  const hints = hintText(flow, between);
  const room = columns - 1;
  const joined = (list: readonly Part[]): string => ` ${list.map(({ text }) => text).join(` ${between} `)}`;
  let kept = parts;
  while (kept.length > 1 && cellWidth(joined(kept)) > room) {
    const worst = Math.max(...kept.map(({ rank }) => rank));
    kept = kept.filter((part, at) => part.rank !== worst || at !== kept.findLastIndex(({ rank }) => rank === worst));
  }
  const status = cut(joined(kept), room, more);
  const whole = `${status}     ${hints}`;
  if (cellWidth(whole) <= room) return `${status}     ${style.dim(hints)}`;
  const short = `${status}  ^C cancel`;
  return cellWidth(short) <= room ? `${status}  ${style.dim('^C cancel')}` : status;
}

function countsText({ input, sent, waiting, received }: ChatFlow, style: Style): string {
  const { sent: up, received: down } = marks(style);
  const queued = waiting > 0 ? ` (${grouped(waiting)} waiting)` : '';
  return `${input || sent > 1 || waiting > 0 ? `${up}${grouped(sent)}${queued} ` : ''}${down}${grouped(received)}`;
}

function phaseText({ phase, held, stalled }: ChatFlow): string {
  if (stalled === true) return `paused, ${grouped(held ?? 0)} held, not reading: the server waits`;
  if (held !== undefined) return held === 0 ? 'paused' : `paused, ${grouped(held)} held`;
  if (phase === 'new') return 'not open yet';
  return phase === 'open' ? 'open' : 'sending closed';
}

function hintText({ input, held }: ChatFlow, between: string): string {
  const hints = input
    ? ['^D done', '^C cancel']
    : [held === undefined ? 'space pause' : 'space go on', '/ filter', '^C cancel'];
  return hints.join(` ${between} `);
}

/** `00:12.4`, from an hour on `1:00:12`. */
function clockText({ phase, ms }: ChatFlow): string {
  if (phase === 'new') return '';
  const tenths = Math.floor(ms / 100);
  const minutes = Math.floor(tenths / 600);
  const seconds = String(Math.floor((tenths % 600) / 10)).padStart(2, '0');
  if (minutes >= 60) return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${seconds}`;
  return `${String(minutes).padStart(2, '0')}:${seconds}.${tenths % 10}`;
}

/** `10m`, `9m47s`, `42s`. */
export function leftText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  if (hours > 0) return `${hours}h${minutes > 0 ? `${minutes}m` : ''}`;
  return minutes > 0 ? `${minutes}m${rest > 0 ? `${rest}s` : ''}` : `${rest}s`;
}

/** `12,345`. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
