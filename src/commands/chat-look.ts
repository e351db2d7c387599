// Messages of a stream that are looked at again: one in full, and the newest when a stream is taken up again.
import { MessageError } from '../codec/binary-reader.ts';
import { jsonPrinter } from '../codec/json-printer.ts';
import { colourJson } from '../render/json-text.ts';
import type { PrintMessage } from '../render/rendered.ts';
import type { Style } from '../render/style.ts';
import { humanSize } from '../render/units.ts';
import { visible } from '../render/visible.ts';
import { type Direction, messageLine } from './chat-lines.ts';
import type { KeptMessage } from './kept-messages.ts';
import type { LiveCall } from './live-call.ts';
import { messagePrinter } from './printers.ts';

/** A message with its direction. */
export interface Directed {
  readonly direction: Direction;
  readonly kept: KeptMessage;
}

/** Message `number`; without a direction the received one, else the one sent. Undefined if it is not there. */
export function findMessage(
  { kept }: LiveCall,
  direction: Direction | undefined,
  number: number,
): Directed | undefined {
  for (const one of direction === undefined ? (['received', 'sent'] as const) : [direction]) {
    const found = kept.find(one, number);
    if (found) return { direction: one, kept: found };
  }
  return undefined;
}

/** The newest messages of both directions, in the order in which they came. */
export function newestMessages({ kept }: LiveCall, number: number): readonly Directed[] {
  const both = (['sent', 'received'] as const).flatMap((direction) =>
    kept
      .list(direction)
      .slice(-number)
      .map((one) => ({ direction, kept: one })),
  );
  return both.sort((a, b) => a.kept.at - b.kept.at).slice(-number);
}

/** A message in full: its line with the size, and the JSON below it. */
export function fullMessage({ direction, kept }: Directed, live: LiveCall, style: Style): string {
  const { method, schema, session } = live;
  const names = session.args.flags.text('names') === 'proto' ? 'proto' : 'json';
  const print = messagePrinter(method, schema, { format: 'json', indent: 2, names });
  const size: PrintMessage = () => `(${humanSize(kept.message.length)})`;
  const head = messageLine(direction, { ...kept, message: new Uint8Array() }, { style, columns: 80, print: size });
  try {
    return `${head}\n${colourJson(print(kept.message, direction === 'sent' ? 'request' : 'response'), style)}`;
  } catch (error) {
    if (error instanceof MessageError) return `${head}\n cannot be read: ${visible(error.message)}`;
    throw error;
  }
}

/** What was given but not sent, as JSON, one message a line, with what still stood in the line last. */
export function unsentText(live: LiveCall, text: string): { readonly count: number; readonly text: string } {
  const print = jsonPrinter(live.method.input, { types: live.schema.types });
  const lines = [...live.unsent.map((message) => print(message)), ...(text === '' ? [] : [text])];
  return { count: lines.length, text: lines.join('\n') };
}
