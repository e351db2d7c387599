// What a person sees of a stream: each message as a line above the prompt, or a count and the newest one while there are
// too many to read; and the figures of the status line.
import type { ChatFlow, ChatState } from '../prompt/chat-state.ts';
import { grouped } from '../prompt/chat-view.ts';
import type { Asking } from '../prompt/machine.ts';
import type { Terminal } from '../prompt/terminal.ts';
import type { PrintMessage } from '../render/rendered.ts';
import { marks, type Style } from '../render/style.ts';
import type { CallEvent } from '../rpc/event.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import type { ChatFilter } from './chat-filter.ts';
import { type Direction, messageLine } from './chat-lines.ts';
import { Rate } from './chat-rate.ts';
import type { KeptMessage } from './kept-messages.ts';
import type { LiveCall } from './live-call.ts';

/** More messages a second than this are counted, and fewer than this are shown one by one again. */
const tooFast = 200;
const slowAgain = 100;
/** The count and the newest message change so often, in milliseconds; in printed lines, a line so often. */
const frameMs = 50;
const plainFrameMs = 1000;
/** The clock of the status line. */
const tickMs = 250;
/** So many of those held are printed when the pause is over; of more, the last. */
const heldPrinted = 200;
const heldTail = 20;

export interface TranscriptOptions {
  readonly live: LiveCall;
  readonly terminal: Terminal;
  readonly style: Style;
  /** Messages as compact JSON, and with the fields at their default for filters. */
  readonly print: PrintMessage;
  readonly printWhole: PrintMessage;
  /** Received messages are shown otherwise: as data on the same terminal. */
  readonly hideReceived: boolean;
}

/** Shows one call until it is left. */
export class Transcript {
  /** The prompt, while it is on the screen. */
  asking: Asking<ChatState, unknown> | undefined;
  /** What else goes on, for the status line. */
  readonly busy = new Map<string, string>();
  #filter: { readonly text: string; readonly passes: ChatFilter } | undefined;
  readonly #options: TranscriptOptions;
  readonly #shown = new Rate();
  readonly #all = new Rate();
  readonly #ticker: NodeJS.Timeout;
  /** Messages held by a pause. */
  #held: KeptMessage[] = [];
  /** The newest message while they are counted only, and how many were not printed. */
  #newest: { readonly direction: Direction; readonly kept: KeptMessage } | undefined;
  #skipped = 0;
  #fast = false;
  #frame: NodeJS.Timeout | undefined;

  constructor(options: TranscriptOptions) {
    this.#options = options;
    options.live.watch((event, number) => this.#see(event, number));
    this.#ticker = setInterval(() => this.refresh(), tickMs);
  }

  /** Shows nothing more of the call: it is over, or goes on unseen. */
  leave(): void {
    clearInterval(this.#ticker);
    clearTimeout(this.#frame);
    this.#options.live.watch(undefined);
    this.#release();
    this.#slow();
  }

  /** Only messages that pass are shown from now on; the text stands in the status line. */
  filter(text: string, passes: ChatFilter | undefined): void {
    this.#filter = passes && { text, passes };
    this.refresh();
  }

  /** Holds what is received, or shows what was held and goes on. */
  pause(on: boolean): void {
    this.#options.live.hold(on);
    if (!on) this.#release();
    // The status line, which would tell it, is not shown there.
    if (on && this.#options.terminal.plain) this.say(' paused; :pause goes on');
    this.refresh();
  }

  /** The call as the status line tells of it. */
  flow(): ChatFlow {
    const { live } = this.#options;
    const now = this.#now();
    return {
      input: live.input,
      phase: live.openedAt === undefined ? 'new' : live.typed && !live.input ? 'half-closed' : 'open',
      sent: live.sent,
      waiting: live.unsent.length,
      received: live.received,
      ms: live.ms,
      rate: this.#all.at(now),
      leftMs: live.deadlineMs === undefined ? undefined : Math.max(0, live.deadlineMs - live.ms),
      held: live.holding ? live.held : undefined,
      stalled: live.stalled,
      filter: this.#filter?.text,
      busy: [...this.busy.values()],
      last: this.#newest && this.#line(this.#newest.direction, this.#newest.kept),
    };
  }

  /** Brings the status line up to date. */
  refresh(): void {
    if (this.#fast && this.#shown.at(this.#now()) < slowAgain) this.#slow();
    this.asking?.update((state) => ({ ...state, flow: this.flow() }));
  }

  /** Prints lines above the prompt. */
  say(text: string): void {
    const line = text.endsWith('\n') ? text : `${text}\n`;
    if (this.asking) this.asking.print(line);
    else void this.#options.terminal.write(line).catch(() => {});
  }

  /** A message again, as it was shown. */
  repeat(direction: Direction, kept: KeptMessage): void {
    this.say(this.#line(direction, kept));
  }

  #now(): number {
    return this.#options.live.session.io.now();
  }

  #see(event: CallEvent, number: number): void {
    if (event.type === 'request') {
      // The one request of a stream of answers stands in the line that made the call.
      if (streamsRequests(this.#options.live.method))
        this.#message('sent', { number, message: event.message, at: event.at });
    } else if (event.type === 'response') {
      const kept = { number, message: event.message, at: event.at };
      if (this.#options.live.holding) this.#held.push(kept);
      else this.#message('received', kept);
    } else this.#later();
  }

  #message(direction: Direction, kept: KeptMessage): void {
    const now = this.#now();
    this.#all.add(now);
    this.#later();
    if (direction === 'received' && (this.#options.hideReceived || !this.#passes(kept))) return;
    const rate = this.#shown.add(now);
    this.#fast ||= rate > tooFast;
    if (!this.#fast) {
      this.say(this.#line(direction, kept));
      return;
    }
    this.#newest = { direction, kept };
    this.#skipped++;
  }

  #passes({ message }: KeptMessage): boolean {
    const { print, printWhole } = this.#options;
    const passes = this.#filter?.passes;
    if (!passes) return true;
    try {
      return passes(
        () => print(message, 'response'),
        () => printWhole(message, 'response'),
      );
    } catch {
      // One that cannot be read is not what anybody looked for, but it is seen.
      return true;
    }
  }

  /** Shows what was held. */
  #release(): void {
    const held = this.#held.filter((kept) => this.#passes(kept));
    this.#held = [];
    const left = held.length > heldPrinted ? held.length - heldTail : 0;
    if (left > 0) this.#tellSkipped(left);
    for (const kept of held.slice(left)) this.say(this.#line('received', kept));
  }

  /** Back to a line for each message. */
  #slow(): void {
    const newest = this.#newest;
    const skipped = this.#skipped;
    this.#fast = false;
    this.#newest = undefined;
    this.#skipped = 0;
    if (!newest) return;
    if (skipped > 1) this.#tellSkipped(skipped - 1);
    this.say(this.#line(newest.direction, newest.kept));
  }

  #tellSkipped(number: number): void {
    const { style } = this.#options;
    const { more } = marks(style);
    const messages = number === 1 ? '1 message' : `${grouped(number)} messages`;
    this.say(style.dim(` ${more} ${messages} not shown here; :N shows one, :save FILE writes all`));
  }

  #line(direction: Direction, kept: KeptMessage): string {
    const { style, print, terminal } = this.#options;
    const columns = terminal.plain ? Number.POSITIVE_INFINITY : terminal.size().columns;
    return messageLine(direction, kept, { style, columns, print });
  }

  /** Repaints soon: at once would mean thousands of times a second. */
  #later(): void {
    if (this.#frame) return;
    const { plain } = this.#options.terminal;
    this.#frame = setTimeout(
      () => {
        this.#frame = undefined;
        this.refresh();
        if (plain && this.#newest) this.#plainCount();
      },
      plain ? plainFrameMs : frameMs,
    );
  }

  /** Where nothing is repainted the count is a line of its own now and then. */
  #plainCount(): void {
    const { style } = this.#options;
    const newest = this.#newest;
    if (!newest) return;
    this.#newest = undefined;
    const more = this.#skipped > 1 ? style.dim(`  (and ${grouped(this.#skipped - 1)} before it)`) : '';
    this.#skipped = 0;
    this.say(`${this.#line(newest.direction, newest.kept)}${more}`);
  }
}
