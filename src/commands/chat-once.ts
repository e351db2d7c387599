// The chat for `grepl call ADDRESS METHOD` on a terminal: opened for this call alone.
import type { Io } from '../io.ts';
import { askRequest } from './ask-request.ts';
import type { Outcome } from './call-flow.ts';
import type { Session, StreamToShow } from './session.ts';
import { showStream } from './show-stream.ts';
import { terminalStyle } from './terminal-style.ts';

/** Whether there is a screen to chat on besides the keyboard. */
export function hasScreen(io: Io): boolean {
  return io.stdin.isTTY === true && (io.stderr.isTTY === true || io.stdout.isTTY === true);
}

/** Shows a stream whose messages are typed. */
export async function chatOnce(stream: StreamToShow): Promise<Outcome | undefined> {
  const { session, schema, method } = stream;
  const { io, args } = session;
  const { openTerminal } = await import('../prompt/terminal.ts');
  const style = await terminalStyle(io, io.stderr.isTTY ? io.stderr : io.stdout, args.flags);
  const terminal = openTerminal(io, { plain: args.flags.bool('plain') || io.env.TERM === 'dumb', style });
  const say = (line: string): void => void terminal.write(`${line}\n`).catch(() => {});
  try {
    return await showStream(stream, {
      terminal,
      style,
      fill: (draft) => askRequest(terminal, session, method, schema, { style, io, draft, review: false, say }),
      keepDraft: (text) => `here:\n${text}`,
    });
  } finally {
    terminal.close();
  }
}

/** What a session is given to show streams; undefined where there is no screen. */
export function streamPerson(io: Io): Session['streams'] {
  return hasScreen(io) ? { all: false, show: chatOnce } : undefined;
}
