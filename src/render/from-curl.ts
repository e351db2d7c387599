// The RPC that a curl command equals, as text: what is called with what, and the command that calls it.
import type { Metadata } from '../wire/metadata.ts';
import { greplCommand } from './command-line.ts';
import { colourJson, indentJson } from './json-text.ts';
import type { Style } from './style.ts';
import { visible } from './visible.ts';

/** A call to be shown; secrets are masked by the caller. */
export interface FromCurlText {
  /** `pkg.Svc/Method`. */
  readonly method: string;
  readonly address: string;
  /** Flags of the command, each a word. */
  readonly flags: readonly string[];
  readonly metadata: Metadata;
  /** The request messages as JSON. */
  readonly messages: readonly string[];
}

/** The text, safe for a terminal, with a newline at the end. */
export function renderFromCurl(call: FromCurlText, style: Style): string {
  const { method, metadata, messages, address, flags } = call;
  const headers = metadata.map(([name, value]) => `${style.cyan(visible(name))}: ${visible(value)}\n`);
  const requests = messages.map((json) => `${colourJson(indentJson(json).join('\n'), style)}\n`);
  const command = greplCommand({ address, method, metadata, flags, data: messages.join(' ') });
  return `${style.bold(method)}\n${headers.join('')}\n${requests.join('')}\n${command}\n`;
}
