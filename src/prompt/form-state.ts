// The values that the form is made of: what it is given, what it gives back, and what it knows between two keys.
import type { DescMessage } from '@bufbuild/protobuf';
import type { Style } from '../render/style.ts';
import type { TypeResolver } from '../schema/schema.ts';
import type { EditState } from './edit.ts';
import type { MessageNode } from './form-node.ts';
import type { Machine } from './machine.ts';
import type { PickAnswer, PickState } from './pick.ts';
import type { Fault } from './value-fault.ts';

/** What a form is made from. */
export interface FormOptions {
  readonly message: DescMessage;
  /** Above the rows, such as the method's name. */
  readonly title: string;
  /** Kind of the call: `unary`, `client stream` … */
  readonly kind: string;
  readonly types: TypeResolver;
  /** Full names of message types, to choose the contents of an Any from. */
  typeNames(): readonly string[];
  /** A JSON document to start from; values in it that do not fit stay as faults in their rows. */
  readonly draft?: string | undefined;
  /** Earlier values of a field path, the last one first, as they were typed. */
  earlier?(path: string): readonly string[];
  /**
   * The value that stands for `id` of `$id`, `last.item.id`, `env.HOME`, and for what is between the braces of
   * `${uuid()}`: JSON text, or plain text if it is not JSON; undefined if there is none.
   */
  variables?(name: string): string | undefined;
  /** The content of a file, for `@file`. Throws if it cannot be read. */
  readFile?(path: string): Uint8Array;
  now(): Date;
  readonly style: Style;
  /** Lines of warning to show above the rows from the start. */
  readonly warnings?: readonly string[] | undefined;
}

/** How a form ends. `state` is for coming back: `formMachine(options).start` is replaced by it. */
export type FormAnswer =
  | { readonly type: 'send'; readonly document: string; readonly force: boolean; readonly state: FormState }
  | { readonly type: 'leave'; readonly draft: string }
  | { readonly type: 'edit'; readonly document: string; readonly path: string; readonly state: FormState }
  | { readonly type: 'load'; readonly what: string; readonly state: FormState }
  | { readonly type: 'interrupt'; readonly draft: string };

/** The values, and which of them are shown in rows. A new object whenever the rows may have changed. */
export interface FormTree {
  readonly root: MessageNode;
  /** Ids of the rows that are open. */
  readonly open: ReadonlySet<string>;
  /** Show output-only fields too. */
  readonly showHidden: boolean;
}

/** A list to choose from; `purpose` says what the choice is for. */
export interface Chooser {
  readonly kind: 'choose';
  readonly purpose: 'type' | 'jump' | 'earlier' | 'extension';
  readonly machine: Machine<PickState, PickAnswer>;
  readonly pick: PickState;
}

/** A question with yes and no, and the states they lead to. */
export interface Question {
  readonly kind: 'ask';
  readonly question: string;
  readonly yes: FormState;
  readonly no: FormState;
}

/** What stands between the rows and the keys. */
export type Dialog = Chooser | Question | { readonly kind: 'help'; readonly lines: readonly string[] };

/** The form between two keys. */
export interface FormState {
  readonly options: FormOptions;
  readonly tree: FormTree;
  /** Id of the active row. */
  readonly at: string;
  /** The line of the active row. */
  readonly edit: EditState;
  /** What is wrong in that line. */
  readonly fault?: Fault | undefined;
  /** Lines under the active row that go with the next key. */
  readonly notice?: readonly string[] | undefined;
  readonly dialog?: Dialog | undefined;
  /** No key has been pressed yet. */
  readonly fresh?: boolean | undefined;
  /** A first key of two: Ctrl-X before Ctrl-E. */
  readonly chord?: boolean | undefined;
  /** What Ctrl-_ goes back to, the last one first. */
  readonly undo: readonly { readonly tree: FormTree; readonly at: string }[];
  /** Id of the row whose value is in the editor. */
  readonly editing?: string | undefined;
}
