// What a person at the terminal is asked: which method, and its request field by field.
import { type LineState, lineMachine } from '../prompt/line.ts';
import type { Size } from '../prompt/machine.ts';
import { pickMachine } from '../prompt/pick.ts';
import type { Terminal } from '../prompt/terminal.ts';
import type { Style } from '../render/style.ts';
import { methodName } from './catalog.ts';
import { methodRows, pathsOf } from './method-rows.ts';
import type { Person, Repl } from './state.ts';

/** The person at `terminal`. */
export function personAt(repl: Repl, terminal: Terminal, style: Style): Person {
  return {
    async pickMethod(catalog) {
      const rows = methodRows(catalog, repl, style, terminal.plain ? undefined : await pathsOf(repl));
      const machine = pickMachine({ title: 'call which method?', rows, style });
      const answer = await terminal.ask(machine).answer;
      if (answer.type !== 'picked') return undefined;
      return catalog.methods.find((method) => methodName(method) === answer.row.key);
    },
    async fill(method, schema, session, draft) {
      // The form is not needed for the first prompt.
      const { fillForm } = await import('./fill-form.ts');
      return fillForm(repl, { terminal, style, method, schema, session, draft });
    },
    async edit(text) {
      const { editText } = await import('../commands/editor.ts');
      return editText(terminal, repl.io, text);
    },
    async question(lines, before) {
      const { askWord } = await import('../commands/ask-word.ts');
      return askWord(terminal, lines, before);
    },
    secret: (before) => askSecret(terminal, before, style),
    page: terminal.plain
      ? undefined
      : async (text) => {
          const { showInPager } = await import('./pager.ts');
          return terminal.lend(() => showInPager(text, repl.io));
        },
    async lend(use) {
      repl.lent++;
      try {
        return await terminal.lend(use);
      } finally {
        repl.lent--;
      }
    },
  };
}

/** A line that is typed unseen, and leaves nothing behind. */
async function askSecret(terminal: Terminal, before: string, style: Style): Promise<string | undefined> {
  const machine = lineMachine({
    before: () => before,
    history: [],
    complete: (text) => ({ from: text.length, to: text.length, items: [] }),
    style,
  });
  const hidden = {
    ...machine,
    view: (state: LineState, size: Size) => {
      const view = machine.view(state, size);
      const { text, cursor } = state.edit;
      const sign = style.ascii ? '*' : '•';
      return { ...view, input: { before, text: sign.repeat(text.length), cursor } };
    },
    trace: () => [],
  };
  const answer = await terminal.ask(hidden).answer;
  return answer.type === 'line' && answer.text !== '' ? answer.text : undefined;
}
