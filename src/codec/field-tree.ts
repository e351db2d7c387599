// A JSON document as a tree that can be added to: scalars stay as they were written, so that no digit of a 64-bit
// number is lost, and members keep their order. Keys come from users, hence Maps.

/** A JSON value. A leaf's `text` is its JSON text. */
export type Tree =
  | { readonly kind: 'leaf'; readonly text: string }
  | { readonly kind: 'object'; readonly members: Map<string, Tree> }
  | { readonly kind: 'list'; readonly items: Tree[] };

/** Throws; the position is an offset into the text. */
export type FailAt = (at: number, reason: string) => never;

const blank = /[ \t\r\n]*/y;
const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
const maxDepth = 100;

/** Reads one JSON value that is the whole text. Calls `fail` where it is not JSON or a key comes twice. */
export function parseTree(text: string, fail: FailAt): Tree {
  const parser = new TreeParser(text, fail);
  return parser.whole();
}

/** The tree as compact JSON. */
export function printTree(tree: Tree): string {
  if (tree.kind === 'leaf') return tree.text;
  if (tree.kind === 'list') return `[${tree.items.map(printTree).join(',')}]`;
  return `{${[...tree.members].map(([key, value]) => `${JSON.stringify(key)}:${printTree(value)}`).join(',')}}`;
}

class TreeParser {
  private readonly text: string;
  private readonly fail: FailAt;
  private pos = 0;

  constructor(text: string, fail: FailAt) {
    this.text = text;
    this.fail = fail;
  }

  whole(): Tree {
    const tree = this.value(0);
    if (this.match(blank) !== undefined && this.pos < this.text.length)
      this.fail(this.pos, 'more text behind the value');
    return tree;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.pos;
    const found = pattern.exec(this.text)?.[0];
    this.pos += found?.length ?? 0;
    return found;
  }

  /** Passes over blanks and then the symbol if it is next. */
  private take(symbol: string): boolean {
    this.match(blank);
    if (this.text.charAt(this.pos) !== symbol) return false;
    this.pos++;
    return true;
  }

  private value(depth: number): Tree {
    if (depth > maxDepth) this.fail(this.pos, `nested deeper than ${maxDepth} levels`);
    if (this.take('{')) return this.object(depth);
    if (this.take('[')) return this.list(depth);
    const text = this.match(string) ?? this.match(scalar);
    return text === undefined ? this.fail(this.pos, 'expected a JSON value') : { kind: 'leaf', text };
  }

  private object(depth: number): Tree {
    const members = new Map<string, Tree>();
    if (this.take('}')) return { kind: 'object', members };
    do {
      this.match(blank);
      const at = this.pos;
      const quotedKey = this.match(string) ?? this.fail(at, 'expected a member name in double quotes');
      const key = JSON.parse(quotedKey) as string;
      if (members.has(key)) this.fail(at, `${quotedKey} is given twice`);
      if (!this.take(':')) this.fail(this.pos, 'expected ":"');
      members.set(key, this.value(depth + 1));
    } while (this.take(','));
    if (!this.take('}')) this.fail(this.pos, 'expected "," or "}"');
    return { kind: 'object', members };
  }

  private list(depth: number): Tree {
    const items: Tree[] = [];
    if (this.take(']')) return { kind: 'list', items };
    do items.push(this.value(depth + 1));
    while (this.take(','));
    if (!this.take(']')) this.fail(this.pos, 'expected "," or "]"');
    return { kind: 'list', items };
  }
}
