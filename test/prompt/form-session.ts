// The form driven by names of keys, for tests: what is typed in, the document and the screen out.
import { fileURLToPath } from 'node:url';
import type { DescMessage } from '@bufbuild/protobuf';
import { documentOf, type FormAnswer, type FormOptions, type FormState, formMachine } from '../../src/prompt/form.ts';
import { keyName, namedKey, pasteKey } from '../../src/prompt/keys.ts';
import type { Key, Size } from '../../src/prompt/machine.ts';
import { frame } from '../../src/prompt/paint.ts';
import { plainStyle } from '../../src/render/style.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';

const examples = fileURLToPath(new URL('../../proto-examples', import.meta.url));
const own = fileURLToPath(new URL('protos', import.meta.url));

/** All types of the form's tests: the demo's, and inventory.proto. */
export async function formSchema(): Promise<Schema> {
  const schema = openSchema(
    await protoFiles(['kinds/v1/kinds.proto', 'kinds/v1/legacy.proto', 'inventory.proto'], [examples, own]),
  );
  await schema.files();
  return schema;
}

/** A message type that must be there. */
export function messageOf(schema: Schema, name: string): DescMessage {
  const found = schema.types.message(name);
  if (found === undefined) throw new Error(`no message ${name}`);
  return found;
}

/** Options for a form over the schema; the time stands still. */
export function formOptions(schema: Schema, name: string, more: Partial<FormOptions> = {}): FormOptions {
  return {
    message: messageOf(schema, name),
    title: 'Call',
    kind: 'unary',
    types: schema.types,
    typeNames: () => ['google.protobuf.Timestamp', 'inventory.v1.Dimensions', 'inventory.v1.Item', 'kinds.v1.Point'],
    now: () => new Date('2026-11-20T03:41:07Z'),
    style: plainStyle,
    ...more,
  };
}

/** A form between keys, or its answer. */
export class FormSession {
  state: FormState;
  answer: FormAnswer | undefined;
  private readonly machine: ReturnType<typeof formMachine>;

  constructor(options: FormOptions) {
    this.machine = formMachine(options);
    this.state = this.machine.start;
  }

  /** Presses keys by name; a text in quotes is typed letter by letter, `paste:…` is one paste. */
  press(...keys: readonly string[]): this {
    for (const key of keys) for (const each of keysOf(key)) this.one(each);
    return this;
  }

  /** Goes to the row of this name by `:go` and types a text there, with Enter. */
  set(name: string, text: string): this {
    return this.go(name).press('ctrl-e', 'ctrl-u', `'${text}'`, 'return');
  }

  /** Goes to the row of this name. */
  go(name: string): this {
    return this.press('ctrl-e', 'ctrl-u', `':go ${name}'`, 'return');
  }

  get document(): string {
    return this.answer?.type === 'send' ? this.answer.document : documentOf(this.state);
  }

  /** What is wrong in the active row; undefined if nothing is. */
  get fault(): string | undefined {
    return this.state.fault?.message;
  }

  /** The screen as rows of text. */
  screen(columns = 80, rows = 24): string[] {
    return this.painted({ columns, rows }).map((row) => row.trimEnd());
  }

  painted(size: Size): readonly string[] {
    return frame(this.machine.view(this.state, size), size, this.state.options.style).rows;
  }

  private one(key: Key): void {
    if (this.answer !== undefined) throw new Error(`${keyName(key)} after the answer ${this.answer.type}`);
    const step = this.machine.press(this.state, key);
    if ('answer' in step) this.answer = step.answer;
    else this.state = step.state;
  }
}

function keysOf(key: string): Key[] {
  if (key.startsWith('paste:')) return [pasteKey(key.slice(6))];
  if (!/^'.*'$/s.test(key)) return [namedKey(key)];
  return [...key.slice(1, -1)].map((letter) =>
    letter === '\n' ? namedKey('alt-return') : letter === ' ' ? namedKey('space') : namedKey(letter),
  );
}
