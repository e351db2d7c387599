// The REST side of a call as a block of its own, for stderr: where the data goes to a pipe, or there is no room beside it.
import type { NoRest, RestEquivalent } from '../rest/rest.ts';
import type { RestEvent } from '../rest/with-rest.ts';
import { wrapCells } from './columns-wrap.ts';
import { colourJson, indentJson } from './json-text.ts';
import { nothing, type Rendered, type TwinRenderer } from './rendered.ts';
import { bodySize, byteLength, httpWords, requestPayload } from './rest-size.ts';
import type { SideBySideOptions } from './side-by-side.ts';
import { placeLines, requestLine, restTitle, shownHeaders, streamPlace } from './side-by-side-head.ts';
import type { Style } from './style.ts';
import { humanSize } from './units.ts';
import { visible } from './visible.ts';

export interface StackedOptions extends Pick<SideBySideOptions, 'style' | 'line' | 'full' | 'curl' | 'lateErrors'> {}

type Message = Extract<RestEvent, { type: 'rest-message' }>;
type End = Extract<RestEvent, { type: 'rest-status' }>;

/** A renderer that writes the block to stderr when the call is over, and with `full` each message's text as it comes. */
export function stackedRenderer(options: StackedOptions): TwinRenderer {
  return new Stack(options).render;
}

class Stack {
  readonly #options: StackedOptions;
  #equivalent: RestEquivalent | NoRest | undefined;
  #request: string | undefined;
  #streamsIn = false;
  readonly #sent: string[] = [];
  #sentBytes = 0;
  #twin: Message | undefined;
  #answer: { readonly twin: Message; readonly json: string } | undefined;
  #end: End | undefined;
  #isOk = true;

  constructor(options: StackedOptions) {
    this.#options = options;
  }

  readonly render: TwinRenderer = (event) => {
    switch (event.type) {
      case 'rest-request':
        this.#equivalent = event.equivalent;
        return nothing;
      case 'rest-message':
        this.#twin = event;
        return nothing;
      case 'rest-status':
        this.#end = event;
        return nothing;
      case 'start':
        this.#streamsIn = /^(?:client|bidi)_streaming$/.test(event.method.methodKind);
        return nothing;
      case 'request':
        this.#keepRequest(this.#options.line(event.message, 'request'));
        return nothing;
      case 'response':
        return this.#response(event.message);
      case 'status':
        this.#isOk = event.status.code === 0;
        return this.#equivalent === undefined ? nothing : { err: this.#block(this.#equivalent) };
      default:
        return nothing;
    }
  };

  #keepRequest(json: string): void {
    this.#request ??= json;
    this.#sentBytes += json.length;
    if (this.#sentBytes <= 32_768) this.#sent.push(json);
    this.#twin = undefined;
  }

  #response(message: Uint8Array): Rendered {
    const twin = this.#twin;
    this.#twin = undefined;
    if (twin === undefined) return nothing;
    if (this.#options.full && this.#streams) return { err: this.#text(carried(twin)) };
    this.#answer ??= { twin, json: this.#options.line(message, 'response') };
    return nothing;
  }

  get #streams(): boolean {
    return this.#equivalent !== undefined && !('none' in this.#equivalent) && this.#equivalent.streaming !== 'none';
  }

  #block(equivalent: RestEquivalent | NoRest): string {
    const { style, lateErrors, curl } = this.#options;
    if ('none' in equivalent) return this.#text([`${restTitle(style)}  none`, ...equivalent.none.split('\n')]);
    const draw = { ...this.#options, columns: { right: style.width - 4 } };
    const lines = [
      ...shownHeaders(equivalent),
      ...(this.#streamsIn ? streamPlace(equivalent, style) : placeLines(this.#request ?? '{}', equivalent, draw)),
      this.#statusLine(equivalent),
      ...this.#answerLines(),
    ];
    const late = this.#streams && (this.#isOk || this.#end?.late !== undefined) ? lateErrors(equivalent) : undefined;
    if (late !== undefined) lines.push(style.dim(visible(late)));
    const head = `${restTitle(style)}  ${requestLine(equivalent)}`;
    const below = curl(equivalent, this.#sentBytes <= 32_768 ? this.#sent : undefined);
    return `${this.#text([head], 0)}${this.#text(lines)}\n${below}\n`;
  }

  #statusLine(equivalent: RestEquivalent): string {
    const { style } = this.#options;
    const { source, confidence, reason } = equivalent;
    const how = visible(source === 'derived' ? `(${source}, ${confidence}: ${reason})` : `(${source}: ${reason})`);
    const end = this.#end;
    if (end === undefined) return style.dim(how);
    const http = httpWords(end, equivalent.streaming, this.#isOk);
    const answer = this.#answer?.twin;
    const bytes = end.body !== undefined ? bodySize(end.body) : answer === undefined ? 0 : byteLength(answer.text);
    const back = this.#streams && end.body === undefined ? equivalent.streaming : humanSize(bytes);
    const sizes = style.dim(`${humanSize(requestPayload(equivalent))} + ${back}  ${how}`);
    return `${this.#isOk ? style.green(http) : style.red(http)}  ${sizes}`;
  }

  #answerLines(): string[] {
    const { style, full } = this.#options;
    const { body, late } = this.#end ?? {};
    if (body !== undefined && typeof body.data === 'string') return coloured(body.data, style);
    const lines: string[] = [];
    if (this.#answer !== undefined) {
      const { twin, json } = this.#answer;
      if (this.#streams) lines.push(...carried(twin));
      else if (typeof twin.body.data !== 'string') lines.push(...carried(twin));
      else if (full || twin.body.data !== json)
        lines.push(...(/json/.test(twin.body.contentType) ? coloured(twin.body.data, style) : carried(twin)));
    }
    if (late !== undefined)
      lines.push(
        ...late
          .trimEnd()
          .split('\n')
          .map((line) => style.red(visible(line))),
      );
    return lines;
  }

  #text(lines: readonly string[], indent = 2): string {
    const { width } = this.#options.style;
    const wrapped = lines.flatMap((line) => wrapCells(line, width - indent, 2));
    return wrapped.map((line) => `${' '.repeat(indent)}${line}\n`).join('');
  }
}

function coloured(json: string, style: Style): string[] {
  return indentJson(json).map((line) => colourJson(line, style));
}

function carried({ text, body }: Message): string[] {
  if (typeof text !== 'string') return [`${humanSize(text.length)} of ${visible(body.contentType)}, as bytes`];
  return text
    .trimEnd()
    .split('\n')
    .map((line) => visible(line));
}
