// What is wrong with a typed value, as a value: the form keeps the text and shows this under it.

/** What is wrong, and where in the text (in UTF-16 units). */
export interface Fault {
  readonly message: string;
  readonly at: number;
}

/**
 * A value that was understood: its JSON, and what to say about it. `ask` is a question to be answered with yes before
 * the value is taken.
 */
export interface Taken {
  readonly json: string;
  readonly note?: string | undefined;
  readonly ask?: string | undefined;
}

export type Parsed = Taken | { readonly fault: Fault };

/** A fault as the result of parsing. */
export function faultAt(at: number, message: string): { readonly fault: Fault } {
  return { fault: { at, message } };
}
