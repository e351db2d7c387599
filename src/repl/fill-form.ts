// The form of a request at the terminal: where it begins, what is kept of it when it is left.
import type { DescMethod } from '@bufbuild/protobuf';
import type { RequestDocument } from '../codec/document.ts';
import { askRequest } from '../commands/ask-request.ts';
import { withDraftFile } from '../commands/draft-files.ts';
import type { Session } from '../commands/session.ts';
import type { Terminal } from '../prompt/terminal.ts';
import type { Style } from '../render/style.ts';
import type { Schema } from '../schema/schema.ts';
import { methodName } from './catalog.ts';
import { requestDocument } from './request-document.ts';
import { savedDraft } from './saved-variables.ts';
import type { Repl } from './state.ts';
import { jsonOfReference } from './variables.ts';

/** What is to be filled in, and where. */
export interface ToFill {
  readonly terminal: Terminal;
  readonly style: Style;
  readonly method: DescMethod;
  readonly schema: Schema;
  readonly session: Session;
  /** The JSON to begin with; without it the draft of the method. */
  readonly draft?: string | undefined;
}

/** Resolves to the request; undefined when the person leaves, and then the draft is kept. */
export async function fillForm(repl: Repl, what: ToFill): Promise<RequestDocument | undefined> {
  const { terminal, style, method, schema, session, draft } = what;
  const name = methodName(method);
  const path = repl.draftPath ?? (draft === undefined ? repl.draftPaths.get(name) : undefined);
  const subject = { method: name, target: repl.address ?? '', path, say: repl.say };
  const document = await withDraftFile(repl.io, subject, async (file) => {
    const asked = await askRequest(terminal, session, method, schema, {
      style,
      io: repl.io,
      draft: draft ?? repl.drafts.get(name),
      review: repl.review,
      say: repl.say,
      variables: (reference) => jsonOfReference(reference, repl.scope),
      load: (what) => earlierRequest(repl, name, what) ?? savedDraft(repl, what),
      at: repl.formAt,
      onHeader: (header) => repl.headers.push(header),
      onTyping: (read) => file.later(read),
      keepDraft: (left) => {
        repl.drafts.set(name, left);
        file.keep(left);
      },
    });
    if (asked) file.done();
    else if (file.path !== undefined) repl.draftPaths.set(name, file.path);
    return asked;
  });
  if (document) repl.drafts.delete(name);
  else if (repl.drafts.get(name) !== '{}') repl.say(`not sent; call ${method.name} goes on with the draft`);
  return document;
}

/** `last`: the newest request of the same method; `$3` or `3`: that of call 3. */
function earlierRequest(repl: Repl, method: string, what: string): string | undefined {
  const record =
    what === 'last' || what === ''
      ? repl.replies.newestFirst().find((one) => methodName(one.method) === method)
      : repl.replies.find(what.replace(/^\$/, ''));
  return record && requestDocument(record).text;
}
