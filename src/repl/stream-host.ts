// Streams as the REPL shows them: kept under a number, left to go on behind the prompt, what was not sent in the draft.
import type { Outcome } from '../commands/call-view.ts';
import type { LiveCall } from '../commands/live-call.ts';
import type { StreamToShow } from '../commands/session.ts';
import { attachStream, type StreamHost, showStream } from '../commands/show-stream.ts';
import { UserError } from '../errors.ts';
import type { Terminal } from '../prompt/terminal.ts';
import type { Style } from '../render/style.ts';
import { streamsResponses } from '../schema/method-kind.ts';
import { methodName } from './catalog.ts';
import { requestDocument } from './request-document.ts';
import type { Repl } from './state.ts';
import type { BackgroundStream } from './streams.ts';
import { jsonOfReference } from './variables.ts';

/** The person in front of the streams of a session. */
export interface StreamSeat {
  /** Shows a new one; `name` is how its reply is called. Undefined when it goes on behind the prompt. */
  show(stream: StreamToShow, name: () => string | undefined): Promise<Outcome | undefined>;
  /** Goes on with one that was left; `signal` ends it. */
  attach(stream: BackgroundStream, signal: AbortSignal): Promise<Outcome | undefined>;
}

/** What shows streams on `terminal`. */
export function streamSeat(repl: Repl, terminal: Terminal, style: Style): StreamSeat {
  return {
    async show(stream, name) {
      if (repl.lent > 0 && stream.requests === undefined) {
        throw new UserError(2, 'the messages of a stream cannot be typed while another program has the screen', {
          hint: 'give them with --data, or write the answers to a file: > FILE',
        });
      }
      return showStream(stream, hostOf(repl, terminal, style, stream, name));
    },
    async attach(stream, signal) {
      const { live, name } = stream;
      repl.streams.see(stream);
      const stop = (): void => live.cancel();
      signal.addEventListener('abort', stop, { once: true });
      try {
        return await attachStream(live, hostOf(repl, terminal, style, live, name));
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

function hostOf(
  repl: Repl,
  terminal: Terminal,
  style: Style,
  { session, method, schema }: Pick<StreamToShow, 'session' | 'method' | 'schema'>,
  name: () => string | undefined,
): StreamHost {
  const full = methodName(method);
  const draft = repl.drafts.get(full);
  repl.drafts.delete(full);
  return {
    terminal,
    style,
    draft,
    async fill(begin) {
      const { askRequest } = await import('../commands/ask-request.ts');
      const { io } = session;
      return askRequest(terminal, session, method, schema, {
        style,
        io,
        draft: begin,
        review: false,
        say: repl.say,
        variables: (reference) => jsonOfReference(reference, repl.scope),
        load: () => earlier(repl, full),
      });
    },
    earlier: () => earlier(repl, full),
    kept: (live) => keptIn(live, name()),
    keepDraft(text) {
      repl.drafts.set(full, text);
      return 'in the draft';
    },
    detach(live) {
      if (session.channel() !== repl.link().channel())
        throw new UserError(2, 'it has a connection of its own, which ends with this line');
      if (!session.io.stdout.isTTY) throw new UserError(2, 'its data goes to a file, which ends with this line');
      const number = repl.streams.leave(live, name, repl.say);
      return `stream ${number} goes on behind the prompt: attach ${number}, cancel ${number}`;
    },
  };
}

/** The last message of an earlier call of the method. */
function earlier(repl: Repl, method: string): string | undefined {
  const record = repl.replies.newestFirst().find((one) => methodName(one.method) === method);
  const last = record?.requests.at(-1);
  return record && last && requestDocument({ ...record, requests: [last] }).text;
}

/** `$8 (.[0] to .[2])`. */
function keptIn(live: LiveCall, name: string | undefined): string | undefined {
  const number = live.kept.list('received').length;
  if (name === undefined || number === 0) return undefined;
  const isList = streamsResponses(live.method);
  if (!isList) return name;
  return number === 1 ? `${name} (.[0])` : `${name} (.[0] to .[${number - 1}])`;
}
