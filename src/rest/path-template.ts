// Path templates of HTTP rules, such as `/v1/{name=shelves/*/books/*}:move`, parsed once.
// https://github.com/googleapis/googleapis/blob/master/google/api/http.proto ("Path template syntax")
import { quoted } from '../schema/quote.ts';
import { canonicalSegment } from './query-escape.ts';

/** A variable of a template: which field it fills, and which of the template's segments it spans. */
export interface TemplateVariable {
  /** Proto field names joined by dots. */
  readonly path: string;
  /** First segment, and the one behind the last. */
  readonly start: number;
  readonly end: number;
  /** May span several segments of a URL, so that slashes in its value stay bare. */
  readonly multi: boolean;
}

/** A parsed template. */
export interface PathTemplate {
  /** As it was written. */
  readonly text: string;
  /** `*`, `**`, or a literal as it is sent, with its escapes normalised. */
  readonly segments: readonly string[];
  readonly variables: readonly TemplateVariable[];
  /** What follows the last colon sign, as it is sent; `''` without one. */
  readonly verb: string;
}

/** A template that is none. `column` is 1-based and counts characters of the template. */
export class TemplateError extends Error {
  readonly column: number;
  readonly reason: string;

  constructor(template: string, column: number, reason: string) {
    super(`${quoted(template)}, column ${column}: ${reason}`);
    this.name = 'TemplateError';
    this.column = column;
    this.reason = reason;
  }
}

/**
 * Parses a path template. One `**` may stand anywhere, with a tail of fixed length behind it, as in Firestore's rules,
 * which goes beyond the norm. Throws TemplateError with the column and the reason.
 */
export function parsePathTemplate(text: string): PathTemplate {
  return new TemplateParser(text).parse();
}

/** How the template looks without the names of its variables: two with one shape answer to the same paths. */
export function templateShape(template: PathTemplate): string {
  const segments = template.segments.map((segment) => (segment.startsWith('*') ? segment : canonicalSegment(segment)));
  return `/${segments.join('/')}${template.verb === '' ? '' : `:${template.verb}`}`;
}

const literalEnd = /[/{}:]/;

class TemplateParser {
  private readonly text: string;
  private pos = 0;
  private readonly segments: string[] = [];
  private readonly variables: TemplateVariable[] = [];
  private hasRest = false;

  constructor(text: string) {
    this.text = text;
  }

  parse(): PathTemplate {
    const { text } = this;
    if (text === '') this.fail(0, 'the template is empty; it starts with "/"');
    if (text[0] !== '/') this.fail(0, 'a template starts with "/"');
    this.pos = 1;
    if (this.pos < text.length && text[this.pos] !== ':') this.readSegments(false);
    const verb = text[this.pos] === ':' ? this.readVerb() : '';
    if (this.pos < text.length) this.fail(this.pos, `unexpected ${quoted(text[this.pos]!)}`);
    return { text, segments: this.segments, variables: this.variables, verb };
  }

  private readSegments(inVariable: boolean): void {
    for (;;) {
      this.readSegment(inVariable);
      if (this.text[this.pos] !== '/') return;
      this.pos++;
    }
  }

  private readSegment(inVariable: boolean): void {
    const { text, pos } = this;
    const char = text[pos];
    if (char === undefined || char === '/' || char === ':' || char === '}') {
      this.fail(pos, char === undefined && !inVariable ? 'a template has no trailing slash' : 'an empty segment');
    }
    if (char === '{') {
      if (inVariable) this.fail(pos, 'a variable inside a variable');
      this.readVariable();
    } else if (char === '*') this.readWildcard();
    else this.segments.push(this.readLiteral(inVariable));
  }

  private readWildcard(): void {
    const start = this.pos;
    while (this.text[this.pos] === '*') this.pos++;
    const wildcard = this.text.slice(start, this.pos);
    if (wildcard.length > 2) this.fail(start, `"${wildcard}" is no wildcard: there are "*" and "**"`);
    const next = this.text[this.pos];
    if (next !== undefined && !'/:}'.includes(next)) this.fail(start, 'a wildcard is a whole segment');
    if (wildcard === '**') {
      if (this.hasRest) this.fail(start, 'a second "**"');
      this.hasRest = true;
    }
    this.segments.push(wildcard);
  }

  private readVariable(): void {
    const { text } = this;
    const open = this.pos;
    const name = /^[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*/.exec(text.slice(open + 1))?.[0];
    if (name === undefined) this.fail(open + 1, 'expected a field name behind "{"');
    if (this.variables.some((variable) => variable.path === name)) this.fail(open + 1, `variable ${name} comes twice`);
    this.pos = open + 1 + name.length;
    const start = this.segments.length;
    if (text[this.pos] === '=') {
      this.pos++;
      this.readSegments(true);
    } else this.segments.push('*');
    if (text[this.pos] !== '}') {
      this.fail(
        this.pos,
        this.pos < text.length ? `expected "}", got ${quoted(text[this.pos]!)}` : 'a variable without "}"',
      );
    }
    this.pos++;
    const next = text[this.pos];
    if (next !== undefined && next !== '/' && next !== ':') this.fail(this.pos, 'a variable ends its segment');
    const end = this.segments.length;
    const multi = end - start > 1 || this.segments[start] === '**';
    this.variables.push({ path: name, start, end, multi });
  }

  private readLiteral(inVariable: boolean): string {
    const start = this.pos;
    while (this.pos < this.text.length && !literalEnd.test(this.text[this.pos]!)) this.pos++;
    if (this.text[this.pos] === '{') this.fail(this.pos, 'a variable is a whole segment');
    if (this.text[this.pos] === '}' && !inVariable) this.fail(this.pos, '"}" without "{"');
    if (this.text[this.pos] === ':' && inVariable) this.fail(this.pos, 'a verb stands behind the last segment only');
    return this.checked(start, this.pos);
  }

  private readVerb(): string {
    const start = ++this.pos;
    const slash = this.text.indexOf('/', start);
    if (slash >= 0) this.fail(start - 1, 'a colon stands behind the last segment only');
    this.pos = this.text.length;
    if (start === this.pos) this.fail(start, 'an empty verb behind ":"');
    return this.checked(start, this.pos, true);
  }

  /** The literal from `start` to `end`, its escapes in the one spelling: upper case, and only where they are needed. */
  private checked(start: number, end: number, isVerb = false): string {
    const literal = this.text.slice(start, end);
    for (let at = 0; at < literal.length; at++) {
      const char = literal[at]!;
      if (char === '%') {
        if (!/^%[0-9A-Fa-f]{2}/.test(literal.slice(at))) this.fail(start + at, 'a malformed percent-escape');
        at += 2;
      } else if (char === '*') this.fail(start + at, 'a wildcard is a whole segment');
      else if (!/[A-Za-z0-9\-_.~!$&'()+,;=@]/.test(char) && !(isVerb && char === ':')) {
        this.fail(start + at, `${quoted(char)} is not allowed in a path`);
      }
    }
    return literal.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escaped) => canonicalSegment(escaped));
  }

  private fail(at: number, reason: string): never {
    throw new TemplateError(this.text, at + 1, reason);
  }
}
