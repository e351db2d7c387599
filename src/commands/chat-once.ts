// The chat for `grepl call ADDRESS METHOD` on a terminal: opened for this call alone.
import { askRequest } from './ask-request.ts';
import type { Outcome } from './call-view.ts';
import type { StreamToShow } from './session.ts';
import { showStream } from './show-stream.ts';
import { withTerminal } from './terminal-once.ts';

/** Shows a stream whose messages are typed. */
export function chatOnce(stream: StreamToShow): Promise<Outcome | undefined> {
  const { session, schema, method } = stream;
  const { io, args } = session;
  return withTerminal(io, args.flags, io.stderr.isTTY ? io.stderr : io.stdout, (terminal, style) => {
    const say = (line: string): void => void terminal.write(`${line}\n`).catch(() => {});
    return showStream(stream, {
      terminal,
      style,
      fill: (draft) => askRequest(terminal, session, method, schema, { style, io, draft, review: false, say }),
      keepDraft: (text) => `here:\n${text}`,
    });
  });
}
