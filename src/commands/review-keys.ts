// What the keys of a review ask for before it comes back: a line of metadata, a name to save the request under.
import { UserError } from '../errors.ts';
import { lineMachine } from '../prompt/line.ts';
import type { Style } from '../render/style.ts';
import { visible } from '../render/visible.ts';
import { masked } from '../wire/credentials.ts';
import type { Reviewed } from './review-request.ts';
import { saveRequest } from './saved-requests.ts';

/** What the person is told after a key, and a header that this call has now. */
export interface KeyDone {
  readonly said: string;
  readonly header?: string | undefined;
}

/** Asks for metadata of this call alone. Nothing typed: nothing changes. */
export async function askHeader({ terminal, session }: Reviewed, style: Style): Promise<KeyDone | undefined> {
  let text = '';
  for (;;) {
    const typed = await askLine(terminal, ' metadata, NAME: VALUE> ', text, style);
    if (typed === undefined || typed.trim() === '') return undefined;
    const found = /^\s*([^\s:=]+)\s*[:=]\s*([\s\S]*)$/.exec(typed);
    if (found) {
      const [, name = '', value = ''] = found;
      const header = `${name.toLowerCase()}: ${value.trim()}`;
      const wrong = await session.setHeader(header).catch(messageOf);
      if (wrong === undefined) return { said: `${name.toLowerCase()}: ${masked(name, value)}, for this call`, header };
      await terminal.write(`${visible(wrong)}\n`);
    } else await terminal.write('write NAME: VALUE, such as x-tenant: acme\n');
    // What was typed stays, to be mended.
    text = typed;
  }
}

/** Asks for a name and saves the request under it; run NAME makes the call again. */
export async function askToSave(
  { terminal, session, method, document }: Reviewed,
  style: Style,
): Promise<KeyDone | undefined> {
  let text = '';
  for (;;) {
    const name = (await askLine(terminal, ' save as> ', text, style))?.trim();
    if (name === undefined || name === '') return undefined;
    try {
      const { path, leftOut } = saveRequest(session.io, name, {
        method,
        documents: [document.text],
        flags: session.args.flags,
      });
      const without = leftOut.map((line) => `\nnot in the file: ${line}`).join('');
      return { said: visible(`saved in ${path}; run ${name} makes the call${without}`, { multiline: true }) };
    } catch (error) {
      await terminal.write(`${visible(messageOf(error))}\n`);
    }
    text = name;
  }
}

async function askLine(
  terminal: Reviewed['terminal'],
  before: string,
  text: string,
  style: Style,
): Promise<string | undefined> {
  const machine = lineMachine({
    before: () => before,
    history: [],
    complete: (line) => ({ from: line.length, to: line.length, items: [] }),
    style,
    text,
  });
  const answer = await terminal.ask({ ...machine, trace: () => [] }).answer;
  return answer.type === 'line' ? answer.text : undefined;
}

function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  throw error;
}
