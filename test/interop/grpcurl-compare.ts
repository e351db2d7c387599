// What counts as the same output: JSON by value, proto source by its members, `-v` by its sections, the rest by lines.
// Each function turns a text into a value that `toEqual` can compare, so that a failure shows what differs.

/** Which of the rules a stdout is compared by. */
export type Form = 'json' | 'lines' | 'proto' | 'verbose';

/** The rule for a command line's stdout. */
export function formOf(line: string): Form {
  if (/ (list|describe)\b/.test(line)) return / describe\b/.test(line) ? 'proto' : 'lines';
  if (/ -v+ /.test(line)) return 'verbose';
  return / -format text /.test(line) ? 'lines' : 'json';
}

/** A stdout in the form that is compared. */
export function normalized(text: string, form: Form): unknown {
  if (form === 'json') return jsonValues(text);
  if (form === 'proto') return described(text);
  return form === 'verbose' ? sections(text) : text.trimEnd().split('\n');
}

/** Every JSON document of a text; throws what JSON.parse throws. */
export function jsonValues(text: string): unknown[] {
  const documents: string[] = [];
  let depth = 0;
  let start = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s"{}[\],:]+/g)) {
    if (depth === 0) start = token.index;
    if (/^[{[]$/.test(token[0])) depth++;
    if (/^[}\]]$/.test(token[0])) depth--;
    if (depth === 0) documents.push(text.slice(start, token.index + token[0].length));
  }
  return documents.map((document) => JSON.parse(document));
}

interface Member {
  readonly head: string;
  readonly members: Member[] | undefined;
}

/** Proto source as its members in the order of their text. */
export function protoMembers(source: string): Member[] {
  const pattern = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[\w.]+|[^\s\w]/g;
  const tokens = [...source.matchAll(pattern)].map(([token]) => token).filter((token) => !/^\/[/*]/.test(token));
  let at = 0;
  const read = (): Member[] => {
    const members: Member[] = [];
    let head: string[] = [];
    while (at < tokens.length && tokens[at] !== '}') {
      const token = tokens[at++] as string;
      if (token === '{') {
        members.push({ head: head.join(' '), members: read() });
        at++;
        head = [];
      } else if (token === ';') {
        // A semicolon behind a block adds nothing.
        if (head.length > 0) members.push({ head: head.join(' '), members: undefined });
        head = [];
      } else head.push(token);
    }
    if (head.length > 0) members.push({ head: head.join(' '), members: undefined });
    return members.sort((a, b) => (a.head < b.head ? -1 : a.head > b.head ? 1 : 0));
  };
  return read();
}

/** The output of describe: each symbol's heading with its members, and the template with its value. */
function described(text: string): unknown {
  const [symbols = '', template] = text.split(/^Message template:$/m);
  const parts = symbols.split(/^(\S+ is (?:an?|the) [^\n]*:)$/m);
  const found: [string, Member[]][] = [];
  for (let at = 1; at < parts.length; at += 2) found.push([parts[at] as string, protoMembers(parts[at + 1] as string)]);
  return { preamble: parts[0]?.trim(), found, template: template === undefined ? undefined : jsonValues(template) };
}

const heading =
  /^(Resolved method descriptor:|Request metadata to send:|Response (?:headers|trailers) received:|Response contents:|Estimated response size:|Sent \d+|Timing Data:)/;

/** The sections of `-v`: heading → body, in the order printed. Times are left out. */
function sections(text: string): unknown {
  const found: { heading: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const last = found.at(-1);
    if (heading.test(line)) found.push({ heading: line.replace(/^(Timing Data:).*/, '$1'), lines: [] });
    else if (last) last.lines.push(line);
    else if (line !== '') found.push({ heading: '', lines: [line] });
  }
  return found.map(({ heading, lines }) => {
    const body = lines.join('\n').trim();
    if (heading.startsWith('Resolved')) return [heading, protoMembers(body)];
    if (heading === 'Response contents:') return [heading, jsonValues(body)];
    return [heading, body.split('\n').map((line) => line.trim().replace(/^(\w+): (<time>|[\d.]+[mµn]?s)$/, '$1'))];
  });
}

/** A status as it is compared. */
export interface ShownStatus {
  readonly code: unknown;
  readonly message: unknown;
  readonly details: readonly unknown[];
}

/** The status on stderr: the block's code, message and details, or the document of -format-error. */
export function statusOf(stderr: string): ShownStatus | undefined {
  const block = /^ERROR:\n {2}Code: (.*)\n {2}Message: ([\s\S]*?)(?:\n {2}Details:\n([\s\S]*))?\n*$/.exec(stderr);
  if (block) {
    const details = block[3]?.split(/^ {2}\d+\)\t/m).slice(1) ?? [];
    return { code: block[1], message: block[2], details: details.flatMap(jsonValues).map(knownPart) };
  }
  if (!stderr.startsWith('{')) return undefined;
  const { code, message, details } = jsonValues(stderr)[0] as Partial<ShownStatus>;
  return { code, message, details: (details ?? []).map(knownPart) };
}

/** A detail; of one whose type nobody knows only the type counts. */
function knownPart(detail: unknown): unknown {
  const isUnknown = typeof detail === 'object' && detail !== null && '@value' in detail;
  return isUnknown ? { '@type': (detail as Record<string, unknown>)['@type'] } : detail;
}
