// Asks a person for the request of a method field by field: the form, the editor and files around it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DescMethod } from '@bufbuild/protobuf';
import type { RequestDocument } from '../codec/document.ts';
import type { Io } from '../io.ts';
import {
  applyDocument,
  applyEdited,
  draftOf,
  type FormAnswer,
  type FormState,
  formMachine,
  jumpToPath,
  warningsOf,
} from '../prompt/form.ts';
import { editAnswer } from '../prompt/form-editor.ts';
import type { Terminal } from '../prompt/terminal.ts';
import { kindWords } from '../render/list.ts';
import type { Style } from '../render/style.ts';
import type { Schema } from '../schema/schema.ts';
import { editText } from './editor.ts';
import { askHeader, askToSave } from './review-keys.ts';
import { type Reviewed, reviewRequest } from './review-request.ts';
import type { Session } from './session.ts';

/** What the form is given besides the method. */
export interface AskRequestOptions {
  readonly style: Style;
  readonly io: Io;
  /** The JSON to begin with. */
  readonly draft?: string | undefined;
  /** The value that stands for `$name`, as JSON text. */
  readonly variables?: ((name: string) => string | undefined) | undefined;
  /** The document that `:load WHAT` and `:last` mean, other than files. */
  readonly load?: ((what: string) => string | undefined) | undefined;
  /** Whether what is to be sent is shown before it is. */
  readonly review: boolean;
  readonly say: (line: string) => void;
  /** Where the form begins, and what is said about the fields: what a server has complained of. */
  readonly at?: { readonly field: string; readonly notes: readonly string[] } | undefined;
  /** Hears of metadata that the person has given to this call. */
  readonly onHeader?: ((header: string) => void) | undefined;
  /** Hears of every key; `draft` gives what has been filled in by then. */
  readonly onTyping?: ((draft: () => string) => void) | undefined;
  /** Keeps what was filled in when the person leaves. */
  readonly keepDraft?: ((draft: string) => void) | undefined;
}

/** Resolves to the request as a JSON document, reviewed; undefined when the person leaves. */
export async function askRequest(
  terminal: Terminal,
  session: Session,
  method: DescMethod,
  schema: Schema,
  options: AskRequestOptions,
): Promise<RequestDocument | undefined> {
  const typeNames = await schema.symbolNames().catch(() => []);
  let machine = form(method, schema, typeNames, options);
  let state = options.at ? complained(machine.start, options.at) : machine.start;
  for (;;) {
    const answer = await terminal.ask(machine, { state }).answer;
    if (answer.type === 'edit') state = await edited(terminal, options.io, answer);
    else if (answer.type === 'load') state = loaded(answer, options);
    else if (answer.type !== 'send') {
      options.keepDraft?.(answer.draft);
      return undefined;
    } else {
      // The form as it was, should the review lead back to it.
      machine = form(method, schema, typeNames, { ...options, draft: answer.document });
      state = machine.start;
      const document = { text: answer.document, from: 'form', line: 1, column: 1 };
      const next = await reviewed({ terminal, session, method, schema, document }, state, options);
      if (next === 'send') return document;
      if (next === 'leave') {
        options.keepDraft?.(answer.document);
        return undefined;
      }
      if (next === 'json') state = await edited(terminal, options.io, editAnswer(state));
    }
  }
}

function complained(state: FormState, { field, notes }: NonNullable<AskRequestOptions['at']>): FormState {
  const there = jumpToPath(state, field);
  return { ...there, notice: [...notes] };
}

function form(method: DescMethod, schema: Schema, typeNames: readonly string[], options: AskRequestOptions) {
  const { io, variables, onTyping } = options;
  const machine = formMachine({
    message: method.input,
    title: method.name,
    kind: kindWords[method.methodKind],
    types: schema.types,
    typeNames: () => typeNames,
    draft: options.draft,
    ...(variables ? { variables } : {}),
    readFile: (path) => readFileSync(resolve(io.cwd, path)),
    now: () => new Date(),
    style: options.style,
  });
  return onTyping ? watched(machine, onTyping) : machine;
}

/** The machine, with every state told that a key or a line leads to. */
function watched(
  machine: ReturnType<typeof formMachine>,
  onTyping: (draft: () => string) => void,
): ReturnType<typeof formMachine> {
  const told = (step: ReturnType<typeof machine.press>) => {
    if ('state' in step) onTyping(() => draftOf(step.state));
    return step;
  };
  const { plain } = machine;
  return {
    ...machine,
    press: (state, key) => told(machine.press(state, key)),
    plain: plain && { ...plain, reply: (state, line) => told(plain.reply(state, line)) },
  };
}

/** Shows the review until it says what is to be done. */
async function reviewed(
  what: Reviewed,
  state: FormState,
  { style, draft, review, say, onHeader }: AskRequestOptions,
): Promise<'send' | 'edit' | 'json' | 'leave'> {
  if (!review) return 'send';
  for (;;) {
    const { type, curl } = await reviewRequest(what, { style, before: draft, warnings: warningsOf(state) });
    if (type === 'send' || type === 'edit' || type === 'json') return type;
    if (type === 'leave' || type === 'interrupt') return 'leave';
    if (type === 'copy') {
      say(curl ?? what.document.text);
      continue;
    }
    const done = type === 'meta' ? await askHeader(what, style) : await askToSave(what, style);
    if (done) say(done.said);
    if (done?.header !== undefined) onHeader?.(done.header);
  }
}

async function edited(terminal: Terminal, io: Io, answer: FormAnswer): Promise<FormState> {
  if (answer.type !== 'edit') throw new Error(`${answer.type} is nothing to edit`);
  let text = answer.document;
  for (;;) {
    const result = await editText(terminal, io, text);
    if ('refused' in result) return noticed(answer.state, result.refused);
    const next = applyEdited(answer.state, result.text);
    if (!('error' in next)) return next;
    // Saved as it was: the person has had enough of it.
    if (result.text === text) return noticed(answer.state, next.error);
    // The fault stands in the text as a comment, so that nothing typed is lost.
    text = `// line ${next.line}, column ${next.column}: ${next.error}\n${result.text.replace(/^\/\/ line \d+, column .*\n/, '')}`;
  }
}

function loaded({ what, state }: FormAnswer & { type: 'load' }, { io, load }: AskRequestOptions): FormState {
  const known = load?.(what);
  let text: string;
  try {
    text = known ?? readFileSync(resolve(io.cwd, what.replace(/^@/, '')), 'utf8');
  } catch (error) {
    return noticed(state, `cannot load ${what}: ${(error as Error).message}`);
  }
  const next = applyDocument(state, text);
  return 'error' in next ? noticed(state, `${what}:${next.line}:${next.column}: ${next.error}`) : next;
}

function noticed(state: FormState, text: string): FormState {
  return { ...state, notice: [text] };
}
