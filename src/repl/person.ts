// What a person at the terminal is asked: which method, and its request field by field.
import type { DescMethod } from '@bufbuild/protobuf';
import { type PickRow, pickMachine } from '../prompt/pick.ts';
import type { Terminal } from '../prompt/terminal.ts';
import { kindWords } from '../render/list.ts';
import type { Style } from '../render/style.ts';
import { visible } from '../render/visible.ts';
import { type Catalog, methodName, shortName } from './catalog.ts';
import { requestDocument } from './request-document.ts';
import type { Person, Repl } from './state.ts';
import { jsonOfReference } from './variables.ts';

const kindMarks: Readonly<Record<DescMethod['methodKind'], readonly [unicode: string, ascii: string]>> = {
  unary: ['→', '>'],
  server_streaming: ['⇉', '>>'],
  client_streaming: ['⇇', '<<'],
  bidi_streaming: ['⇄', '<>'],
};

/** The person at `terminal`. */
export function personAt(repl: Repl, terminal: Terminal, style: Style): Person {
  return {
    async pickMethod(catalog) {
      const machine = pickMachine({ title: 'call which method?', rows: methodRows(catalog, repl, style), style });
      const answer = await terminal.ask(machine).answer;
      if (answer.type !== 'picked') return undefined;
      return catalog.methods.find((method) => methodName(method) === answer.row.key);
    },
    async fill(method, schema, session, draft) {
      // The form is not needed for the first prompt.
      const { askRequest } = await import('../commands/ask-request.ts');
      const name = methodName(method);
      const document = await askRequest(terminal, session, method, schema, {
        style,
        io: repl.io,
        draft: draft ?? repl.drafts.get(name),
        review: repl.review,
        say: repl.say,
        variables: (reference) => jsonOfReference(reference, repl.scope),
        load: (what) => earlierRequest(repl, name, what),
        keepDraft: (draft) => repl.drafts.set(name, draft),
      });
      if (document) repl.drafts.delete(name);
      else if (repl.drafts.get(name) !== '{}') repl.say(`not sent; call ${method.name} goes on with the draft`);
      return document;
    },
    async edit(text) {
      const { editText } = await import('../commands/editor.ts');
      return editText(terminal, repl.io, text);
    },
    lend: (use) => terminal.lend(use),
  };
}

/** `last`: the newest request of the same method; `$3` or `3`: that of call 3. */
function earlierRequest(repl: Repl, method: string, what: string): string | undefined {
  const record =
    what === 'last' || what === ''
      ? repl.replies.newestFirst().find((one) => methodName(one.method) === method)
      : repl.replies.find(what.replace(/^\$/, ''));
  return record && requestDocument(record).text;
}

/** The methods of a catalog as rows to pick from; those of the service in use come first. */
export function methodRows(catalog: Catalog, repl: Repl, style: Style): PickRow[] {
  const isOwn = (method: DescMethod): boolean => method.parent.typeName === repl.service;
  const methods = [...catalog.methods.filter(isOwn), ...catalog.methods.filter((method) => !isOwn(method))];
  return methods.map((method) => ({
    label: visible(shortName(method, catalog)),
    detail: visible(method.parent.typeName),
    description: visible(`${kindWords[method.methodKind]}  ${method.input.typeName} → ${method.output.typeName}`),
    mark: kindMarks[method.methodKind][style.ascii ? 1 : 0],
    key: methodName(method),
  }));
}
