// What is typed into a stream → messages: JSON, text format or FIELD=VALUE words; a fault where it is none of them.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DescMethod } from '@bufbuild/protobuf';
import { mayHoldAny, typesNamed } from '../codec/any.ts';
import { documentsOf } from '../codec/document.ts';
import { documentFromFields } from '../codec/fields.ts';
import { jsonReader } from '../codec/json-reader.ts';
import { textReader } from '../codec/text-reader.ts';
import { UserError } from '../errors.ts';
import type { Fault } from '../prompt/value-fault.ts';
import type { Schema } from '../schema/schema.ts';
import type { ReadMessage } from './requests.ts';
import type { Session } from './session.ts';

/** What a method's messages are read with. */
export interface MessageInput {
  readonly session: Session;
  readonly method: DescMethod;
  readonly schema: Schema;
}

const source = 'message';

/** The messages in a text, several where it holds several documents. Never throws for what is typed. */
export async function readMessages(
  text: string,
  input: MessageInput,
): Promise<{ readonly messages: readonly Uint8Array[] } | { readonly fault: Fault }> {
  try {
    const { format, documents } = documentsIn(text, input);
    const read = readerOf(input, format);
    const messages: Uint8Array[] = [];
    for (const document of documents) {
      await fetchTypes(document.text, format, input);
      messages.push(read(document));
    }
    return { messages };
  } catch (error) {
    if (error instanceof UserError) return { fault: faultIn(text, error) };
    throw error;
  }
}

/** The reader of documents in a format. */
export function readerOf({ session, method, schema }: MessageInput, format: 'json' | 'text'): ReadMessage {
  const options = { types: schema.types, allowUnknown: session.args.flags.bool('allow-unknown-fields') };
  return format === 'text' ? textReader(method.input, options) : jsonReader(method.input, options);
}

function documentsIn(text: string, { session, method }: MessageInput) {
  if (/^\s*[\w.[\]-]+:?=/.test(text)) {
    const readFile = (path: string) => readFileSync(resolve(session.io.cwd, path));
    return { format: 'json' as const, documents: [documentFromFields(method.input, wordsOf(text), readFile)] };
  }
  // What no text-format message begins with; and a message that is a string or number in JSON.
  const isJson = /^\s*(?:[{"\d-]|\[\s*[[{"\d\]-]|(?:true|false|null)\s*$)/.test(text);
  const format = isJson && session.args.flags.text('in') !== 'text' ? 'json' : 'text';
  return { format, documents: documentsOf(text, source, format) } as const;
}

/** Words with blanks between, which quotes keep together. */
function wordsOf(text: string): string[] {
  const words = text.match(/(?:[^\s"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  // JSON behind `:=` needs its quotes.
  return words.map((word) => (/^[^=]*:=/.test(word) ? word : word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, unquoted)));
}

function unquoted(_all: string, double: string | undefined, single: string | undefined): string {
  return single ?? (double ?? '').replace(/\\(.)/g, '$1');
}

async function fetchTypes(text: string, format: 'json' | 'text', { method, schema }: MessageInput): Promise<void> {
  if (!mayHoldAny(method.input)) return;
  for (const name of typesNamed(text, format)) await schema.symbol(name).catch(() => undefined);
}

/** Where in the text an error is: readers name line and column, both from 1, the column in characters. */
function faultIn(text: string, { message, hint }: UserError): Fault {
  const [, line, column, reason] = /^\w+:(\d+):(\d+): (.*)$/s.exec(message) ?? [];
  // What helps in a shell is of no use here.
  const help = hint === undefined || /shell|-d\b/.test(hint) ? '' : ` (${hint})`;
  const what = `${reason ?? message}${help}`;
  if (line === undefined || column === undefined) return { at: text.length, message: what };
  const lines = text.split('\n').slice(0, Number(line));
  const last = [...(lines.pop() ?? '')].slice(0, Number(column) - 1).join('');
  return { at: lines.reduce((sum, one) => sum + one.length + 1, 0) + last.length, message: what };
}
