// What the line prompt shows: the text, its ghost, and below it the list of what fits or the hints; its plain form too.
import { marks, type Style } from '../render/style.ts';
import { cellWidth, cut, padCells, visible } from '../render/visible.ts';
import { editOf } from './edit.ts';
import type { LineAnswer, LineOptions, LineState } from './line.ts';
import type { CompletionList } from './line-complete.ts';
import { suggestion } from './line-history.ts';
import type { PlainForm, Size, View } from './machine.ts';
import { inputRows } from './paint.ts';

const listRows = 10;

/** The prompt as it is shown. */
export function lineView(options: LineOptions, style: Style, state: LineState, size: Size): View {
  const { text, cursor } = state.edit;
  const input = { before: options.before(size), text, cursor, ghost: suggestion(options.history, state) };
  const below = state.list ? listLines(state.list, style, size) : (options.hint?.(text, cursor, size) ?? []);
  return { above: [], input, below };
}

/** What stays on the screen: the line as it was typed, unless the prompt comes back. */
export function lineTrace(
  options: LineOptions,
  style: Style,
  state: LineState,
  answer: LineAnswer,
  size: Size,
): readonly string[] {
  if (answer.type === 'search' || answer.type === 'help' || answer.type === 'key') return [];
  const typed = 'text' in answer ? answer.text : state.edit.text;
  const text = answer.type === 'interrupt' ? `${typed}^C` : typed;
  return inputRows({ before: options.before(size), text, cursor: 0 }, size.columns, style).rows;
}

/** In printed lines: the prompt, and the line behind it; an unfinished one continues. */
export function plainLine(options: LineOptions): PlainForm<LineState, LineAnswer> {
  return {
    question: (state, size) => (state.edit.text === '' ? options.before(size) : '... '),
    reply(state, line) {
      if (line === undefined) return { answer: { type: 'end' } };
      const text = state.edit.text === '' ? line : `${state.edit.text}\n${line}`;
      return options.unfinished?.(text) === true
        ? { state: { edit: editOf(text) } }
        : { answer: { type: 'line', text } };
    },
  };
}

function listLines(list: CompletionList, style: Style, size: Size): string[] {
  const { items } = list.completion;
  const { more } = marks(style);
  // The line itself, the count of the rest, and the row that stays free.
  const height = Math.max(1, Math.min(listRows, size.rows - 3));
  const first = Math.min(Math.max(0, list.at - height + 1), Math.max(0, items.length - height));
  const shown = items.slice(first, first + height).map(({ text, label, kind = '', comment = '' }) => ({
    label: visible(label ?? text),
    kind: visible(kind),
    comment: visible(comment),
  }));
  const widest = Math.max(...shown.map((item) => cellWidth(item.label)));
  const labels = Math.min(widest, Math.max(8, size.columns - 4));
  const kinds = Math.max(...shown.map((item) => cellWidth(item.kind)));
  const lines = shown.map((item, place) => {
    const chosen = first + place === list.at;
    const label = `${chosen ? (style.ascii ? '> ' : '▸ ') : '  '}${padCells(cut(item.label, labels, more), labels)}`;
    const rest = cut(`  ${padCells(item.kind, kinds)}  ${item.comment}`, Math.max(0, size.columns - labels - 2), more);
    return `${chosen ? style.bold(label) : label}${style.dim(rest)}`;
  });
  const left = items.length - first - shown.length;
  return left > 0 ? [...lines, style.dim(cut(`  ${left} more`, size.columns))] : lines;
}
