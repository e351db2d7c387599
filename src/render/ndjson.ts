// Responses for pipes: one JSON document a line, written when it arrives; what is said about the call goes to stderr.
import type { Status } from '../wire/status.ts';
import { nothing, type PrintMessage, type Rendered, type Renderer } from './rendered.ts';

export interface NdjsonOptions {
  /** Prints a message on one line. */
  readonly print: PrintMessage;
  /** What stderr says about a status that is not OK, such as `renderStatus`; nothing if absent. */
  readonly status?: ((status: Status, received: number, at: number) => string) | undefined;
}

/** A renderer that puts every response on a line of stdout and a failed status on stderr. */
export function ndjsonRenderer(options: NdjsonOptions): Renderer {
  let received = 0;
  return (event): Rendered => {
    if (event.type === 'response') {
      received++;
      return { out: `${options.print(event.message, 'response')}\n` };
    }
    if (event.type !== 'status') return nothing;
    const { status } = event;
    const said = status.code === 0 ? '' : (options.status?.(status, received, event.at) ?? '');
    return said === '' ? nothing : { err: said };
  };
}
