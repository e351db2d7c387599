// The picker in printed lines: a numbered list, answered by a number or by text that narrows it.
import { visible } from '../render/visible.ts';
import type { PlainForm, Size } from './machine.ts';
import type { PickAnswer, PickOptions, PickRow, PickState } from './pick.ts';

const shownRows = 20;

/** The plain form; `search` is the state of the picker with another query. */
export function plainPick(
  options: PickOptions,
  search: (query: string) => PickState,
): PlainForm<PickState, PickAnswer> {
  return {
    question: (state, size) => question(options, state, size),
    reply(state, line) {
      const word = line?.trim();
      if (word === undefined || word === '' || word === ':quit') {
        return { answer: { type: 'left', query: state.edit.text } };
      }
      const number = /^\d+$/.test(word) ? Number(word) : 0;
      const numbered = options.rows[state.found.slice(0, shownRows)[number - 1] ?? -1];
      if (numbered) return { answer: { type: 'picked', row: numbered } };
      const next = search(word);
      const only = exact(options, word) ?? (next.found.length === 1 ? options.rows[next.found[0]!] : undefined);
      return only ? { answer: { type: 'picked', row: only } } : { state: next };
    },
  };
}

function exact(options: PickOptions, word: string): PickRow | undefined {
  return options.rows.find((row) => row.label === word);
}

function question(options: PickOptions, state: PickState, _size: Size): string {
  const { found } = state;
  const query = state.edit.text;
  const heading = query === '' ? options.title : `${options.title}, ${found.length} with ${query}`;
  const rows = found.slice(0, shownRows).map((index, place) => {
    const { label, detail, description } = options.rows[index]!;
    const more = [detail, description].filter((text) => text !== undefined && text !== '');
    return `${place + 1} ${[label, ...more].map((text) => visible(text!)).join(', ')}`;
  });
  const rest = found.length - rows.length;
  const lines = [`${visible(heading)}:`, ...(rows.length > 0 ? rows : ['nothing matches'])];
  if (rest > 0) lines.push(`and ${rest} more: type text to see fewer`);
  return [...lines, 'number or text, nothing to leave: '].join('\n');
}
