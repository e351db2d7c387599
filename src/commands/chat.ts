// A person and a stream: messages are typed while others arrive, words and keys act on the call, and what ends first, the
// call or the person's patience, ends the chat.
import type { RequestDocument } from '../codec/document.ts';
import { UserError } from '../errors.ts';
import { chatMachine } from '../prompt/chat.ts';
import { type ChatAnswer, type ChatState, chatState, cleared, withFault } from '../prompt/chat-state.ts';
import { type ChatWord, chatWords } from '../prompt/chat-words.ts';
import type { Terminal } from '../prompt/terminal.ts';
import type { PrintMessage } from '../render/rendered.ts';
import type { Style } from '../render/style.ts';
import { visible } from '../render/visible.ts';
import { readFilter } from './chat-filter.ts';
import { chatHead } from './chat-head.ts';
import { readMessages } from './chat-input.ts';
import { type Job, startJob } from './chat-jobs.ts';
import type { Direction } from './chat-lines.ts';
import { findMessage, fullMessage, newestMessages } from './chat-look.ts';
import { openSaved } from './chat-save.ts';
import { Transcript } from './chat-transcript.ts';
import type { LiveCall } from './live-call.ts';
import { messagePrinter } from './printers.ts';

/** What surrounds a chat: its terminal, and what only the REPL has. */
export interface ChatHost {
  readonly terminal: Terminal;
  readonly style: Style;
  /** Asks for a message field by field; undefined when the person leaves. */
  fill(draft: string | undefined): Promise<RequestDocument | undefined>;
  /** The request of an earlier call, for `:last`. */
  earlier?(): string | undefined;
  /** What the line begins with: messages that were not sent last time. */
  readonly draft?: string | undefined;
  /** Lets the call go on unseen; what to say of it. Throws UserError where that cannot be. */
  detach?(live: LiveCall): string;
}

export interface ChatOptions {
  readonly live: LiveCall;
  readonly host: ChatHost;
  /** The first request, where it is given, for the REST line. */
  readonly request?: Uint8Array | undefined;
  /** Received messages are shown otherwise: as data on the same terminal. */
  readonly hideReceived?: boolean | undefined;
}

/** How a chat was left; `text` stood in the line and was not sent. */
export interface ChatLeft {
  readonly how: 'over' | 'detached';
  readonly text: string;
}

/** Shows the call and lets the person take part until it is over or detached. Throws when the terminal is gone. */
export async function chat(options: ChatOptions): Promise<ChatLeft> {
  const { live, host } = options;
  const again = live.openedAt !== undefined;
  const head = await chatHead(live, host.style, host.terminal.size().columns, options.request);
  await host.terminal.write(head);
  const conversation = new Chat(options);
  if (again) conversation.tail();
  else if (!live.input) live.open();
  try {
    return await conversation.run();
  } catch (error) {
    live.cancel();
    throw error;
  } finally {
    conversation.leave();
  }
}

/** Messages shown again when a stream is attached. */
const tailLength = 10;
/** Messages sent that Up brings back then. */
const historyLength = 100;

class Chat {
  readonly #live: LiveCall;
  readonly #host: ChatHost;
  readonly #transcript: Transcript;
  readonly #print: PrintMessage;
  /** What was sent, as it was typed. */
  readonly #history: string[] = [];
  readonly #jobs = new Set<Job>();
  #state: ChatState;
  #detached = false;
  /** Nobody can type any more: standard input is at its end. */
  #deaf = false;

  constructor({ live, host, hideReceived }: ChatOptions) {
    this.#live = live;
    this.#host = host;
    const names = live.session.args.flags.text('names') === 'proto' ? 'proto' : 'json';
    const emitDefaults = live.session.args.flags.bool('emit-defaults');
    const { method, schema } = live;
    this.#print = messagePrinter(method, schema, { format: 'json', indent: 0, names, emitDefaults });
    this.#transcript = new Transcript({
      live,
      terminal: host.terminal,
      style: host.style,
      print: this.#print,
      printWhole: messagePrinter(method, schema, { format: 'json', indent: 0, names, emitDefaults: true }),
      hideReceived: hideReceived === true,
    });
    this.#state = chatState(this.#transcript.flow(), live.input ? (host.draft ?? '') : '');
  }

  /** Shows the newest messages again. */
  tail(): void {
    for (const { message } of this.#live.kept.list('sent').slice(-historyLength))
      this.#history.push(this.#print(message, 'request'));
    for (const { direction, kept } of newestMessages(this.#live, tailLength)) this.#transcript.repeat(direction, kept);
  }

  async run(): Promise<ChatLeft> {
    while (!this.#live.end && !this.#detached && !this.#deaf) {
      const answer = await this.#ask();
      if (!answer) break;
      this.#state = answer.state;
      if (answer.type === 'message') await this.#message(answer.text);
      else await this.#word(answer.word, answer.key);
    }
    if (!this.#detached) await this.#live.over;
    return { how: this.#detached ? 'detached' : 'over', text: this.#state.edit.text.trim() };
  }

  leave(): void {
    this.#transcript.leave();
  }

  /** The next answer; undefined when the call is over before there is one, `#state` being what was typed till then. */
  async #ask(): Promise<ChatAnswer | undefined> {
    const { terminal, style } = this.#host;
    const over = new AbortController();
    const state = { ...this.#state, flow: this.#transcript.flow() };
    const asking = terminal.ask(chatMachine({ history: this.#history, style }), { state, signal: over.signal });
    this.#transcript.asking = asking;
    try {
      const first = await Promise.race([asking.answer, this.#live.over]);
      if (first) return first;
      asking.update((current) => {
        this.#state = current;
        return current;
      });
      over.abort(new Error('the call is over'));
      // An answer given in the same moment counts.
      return await asking.answer.catch(() => undefined);
    } finally {
      this.#transcript.asking = undefined;
    }
  }

  async #message(text: string): Promise<void> {
    const read = await readMessages(text, this.#live);
    // Over meanwhile: the text goes into the line, and so becomes part of the draft.
    if (!this.#live.input) {
      this.#state = chatState(this.#state.flow, text);
      return;
    }
    if ('fault' in read) {
      const { at, message } = read.fault;
      this.#state = this.#host.terminal.plain
        ? { ...cleared(this.#state), fault: visible(message) }
        : withFault(this.#state, at, visible(message));
      return;
    }
    this.#history.push(text);
    for (const message of read.messages) void this.#live.send(message);
    this.#state = cleared(this.#state);
  }

  async #word(word: ChatWord, key: boolean): Promise<void> {
    const live = this.#live;
    switch (word.type) {
      case 'cancel':
        return live.cancel();
      case 'done':
        return this.#done(key);
      case 'open':
        return live.open();
      case 'pause':
        return this.#transcript.pause(!live.holding);
      case 'help':
        return this.#help();
      case 'show':
        return this.#show(word.direction, word.number);
      case 'filter':
        return this.#transcript.filter(
          word.expression,
          word.expression === '' ? undefined : readFilter(word.expression),
        );
      case 'save':
        return this.#save(word.path);
      case 'detach':
        return this.#detach();
      case 'form':
        return this.#form();
      case 'last':
        return this.#lastAgain();
      default:
        return this.#job(word);
    }
  }

  async #form(): Promise<void> {
    if (!this.#canSend()) return;
    const document = await this.#host.fill(undefined);
    if (document) await this.#message(document.text);
  }

  #lastAgain(): void {
    if (!this.#canSend()) return;
    const text = this.#history.at(-1) ?? this.#host.earlier?.();
    if (text === undefined) this.#transcript.say(' there is no message yet');
    else this.#state = chatState(this.#state.flow, text);
  }

  #job(word: Extract<ChatWord, { type: 'file' | 'repeat' }>): void {
    const live = this.#live;
    if (!this.#canSend()) return;
    const last = live.unsent.at(-1) ?? live.kept.list('sent').at(-1)?.message;
    const job = startJob(word, live, this.#transcript, last);
    if (!job) return;
    this.#jobs.add(job);
    void job.done.then(() => this.#jobs.delete(job));
  }

  #canSend(): boolean {
    if (!this.#live.input) this.#transcript.say(' nothing can be sent any more');
    return this.#live.input;
  }

  async #done(key: boolean): Promise<void> {
    const live = this.#live;
    if (!live.input) {
      // The end of standard input comes again and again.
      if (this.#host.terminal.plain && key) this.#deaf = true;
      else
        this.#transcript.say(` the sending side is closed; ^C cancels${this.#host.detach ? ', :detach leaves' : ''}`);
      return;
    }
    if (this.#jobs.size > 0) {
      this.#transcript.say(' the sending side closes behind what is being sent');
      const jobs = [...this.#jobs].map((job) => job.done);
      void Promise.all(jobs).then(() => this.#close());
    } else this.#close();
  }

  #close(): void {
    if (!this.#live.input) return;
    this.#live.done();
    this.#transcript.say(' ^D  sending side closed, still receiving');
    this.#transcript.refresh();
  }

  #help(): void {
    const width = Math.max(...chatWords.map(([word]) => word.length)) + 2;
    const narrow = this.#host.terminal.size().columns < 60;
    const lines = chatWords.map(([word, what]) => (narrow ? ` ${word}\n   ${what}` : ` ${word.padEnd(width)}${what}`));
    this.#transcript.say(lines.join('\n'));
  }

  #show(direction: Direction | undefined, number: number): void {
    const live = this.#live;
    const found = findMessage(live, direction, number);
    if (found) this.#transcript.say(fullMessage(found, live, this.#host.style));
    else this.#transcript.say(` there is no message ${number}${live.kept.full ? ' among those that are kept' : ''}`);
  }

  async #save(path: string): Promise<void> {
    const live = this.#live;
    try {
      const saved = await openSaved(path, live.session.io.cwd, this.#print);
      const name = `saving ${visible(path)}`;
      this.#transcript.busy.set(name, name);
      const missing = await saved.follow(live);
      if (missing > 0) this.#transcript.say(` ${missing} messages that were not kept are not in ${visible(path)}`);
      live.closers.add(async () => live.session.say(` ${await saved.close()}`));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#transcript.say(` ${error.message}`);
    }
  }

  #detach(): void {
    const { detach } = this.#host;
    if (!detach) return this.#transcript.say(' only in the REPL can a stream go on unseen');
    if (this.#live.openedAt === undefined) return this.#transcript.say(' it is not open yet');
    try {
      const text = detach.call(this.#host, this.#live);
      this.#live.hold(false);
      this.#transcript.say(` ${text}`);
      this.#detached = true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#transcript.say(` ${error.message}`);
    }
  }
}
