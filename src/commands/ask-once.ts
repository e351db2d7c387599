// The form for `grepl call ADDRESS METHOD` on a terminal: opened for this call alone.
import type { DescMethod } from '@bufbuild/protobuf';
import type { RequestDocument } from '../codec/document.ts';
import { fieldsFromJson } from '../codec/fields.ts';
import { type Io, write } from '../io.ts';
import { shellQuote } from '../render/command-line.ts';
import type { Schema } from '../schema/schema.ts';
import { askRequest } from './ask-request.ts';
import type { Session } from './session.ts';
import { terminalStyle } from './terminal-style.ts';

/** A filled form: its request, and the words that stand for it on a command line. */
export interface Filled {
  readonly document: RequestDocument;
  readonly words: readonly string[];
}

/** Asks for the request of `method`; undefined when the person leaves. */
export async function askOnce(method: DescMethod, schema: Schema, session: Session): Promise<Filled | undefined> {
  const { io } = session;
  const { flags } = session.args;
  const { openTerminal } = await import('../prompt/terminal.ts');
  const style = await terminalStyle(io, io.stderr, flags);
  const terminal = openTerminal(io, { plain: flags.bool('plain') || io.env.TERM === 'dumb', style });
  try {
    const document = await askRequest(terminal, session, method, schema, {
      style,
      io,
      review: true,
      say: (line) => void terminal.write(`${line}\n`).catch(() => {}),
    });
    return document && { document, words: fieldsFromJson(method.input, document.text) };
  } finally {
    terminal.close();
  }
}

/** Tells how to repeat a call whose form was filled in. */
export async function tellRepeat(io: Io, argv: readonly string[], filled: Filled): Promise<void> {
  await write(io.stderr, `repeat: ${['grepl', ...argv, ...filled.words].map(shellQuote).join(' ')}\n`);
}
