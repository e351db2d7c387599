// The form for `grepl call ADDRESS METHOD` on a terminal: opened for this call alone.
import type { DescMethod } from '@bufbuild/protobuf';
import type { RequestDocument } from '../codec/document.ts';
import { fieldsFromJson } from '../codec/fields.ts';
import { type Io, write } from '../io.ts';
import { shellQuote } from '../render/command-line.ts';
import type { Schema } from '../schema/schema.ts';
import { askRequest } from './ask-request.ts';
import { readDrafts, withDraftFile } from './draft-files.ts';
import { maskedHeader } from './headers.ts';
import type { Session } from './session.ts';
import { withTerminal } from './terminal-once.ts';

/** A filled form: its request, and the words that stand for it on a command line. */
export interface Filled {
  readonly document: RequestDocument;
  readonly words: readonly string[];
}

/** Asks for the request of `method`; undefined when the person leaves. */
export function askOnce(method: DescMethod, schema: Schema, session: Session): Promise<Filled | undefined> {
  const { io } = session;
  return withTerminal(io, session.args.flags, io.stderr, async (terminal, style) => {
    const say = (line: string) => void terminal.write(`${line}\n`).catch(() => {});
    const name = `${method.parent.typeName}/${method.name}`;
    const target = session.target?.address ?? '';
    const earlier = readDrafts(io.env, say).find((draft) => draft.method === name && draft.target === target);
    if (earlier) say(`goes on with the draft of ${earlier.at.slice(0, 16).replace('T', ' ')}`);
    const headers: string[] = [];
    const document = await withDraftFile(io, { method: name, target, path: earlier?.path, say }, async (file) => {
      const asked = await askRequest(terminal, session, method, schema, {
        style,
        io,
        draft: earlier?.document,
        review: true,
        say,
        onHeader: (header) => headers.push(maskedHeader(header)),
        onTyping: (read) => file.later(read),
        keepDraft: (left) => file.keep(left),
      });
      if (asked) file.done();
      return asked;
    });
    const given = headers.flatMap((header) => ['-H', header]);
    return document && { document, words: [...given, ...fieldsFromJson(method.input, document.text)] };
  });
}

/** Tells how to repeat a call whose form was filled in. */
export async function tellRepeat(io: Io, argv: readonly string[], filled: Filled): Promise<void> {
  await write(io.stderr, `repeat: ${['grepl', ...argv, ...filled.words].map(shellQuote).join(' ')}\n`);
}
