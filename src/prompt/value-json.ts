// JSON as people type it: names without quotes, single quotes, comments, a comma too many or too few. What comes out is strict
// JSON with every digit as it was, and the place of each value for the errors.
import type { Tree } from '../codec/field-tree.ts';
import { shown } from '../schema/quote.ts';
import type { Fault } from './value-fault.ts';

/** A value and where its parts begin in the text (UTF-16 units). */
export interface RelaxedJson {
  readonly tree: Tree;
  readonly at: ReadonlyMap<Tree, number>;
  /** Where the name of a member begins, by the member's value. */
  readonly nameAt: ReadonlyMap<Tree, number>;
}

const blank = /(?:[\s\ufeff]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const doubleQuoted = /"(?:[^"\\\u0000-\u0008\u000a-\u001f]|\\(?:["'\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const singleQuoted = /'(?:[^'\\\u0000-\u0008\u000a-\u001f]|\\(?:["'\\/bfnrt]|u[0-9a-fA-F]{4}))*'/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const word = /(?:true|false|null)(?![\w$])/y;
const name = /[\p{L}_$@][\p{L}\p{N}_$.\-/@]*|\[[\w.]+\]/uy;
const maxDepth = 100;

class JsonFault extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

/** Reads one relaxed JSON value that is the whole text, or says where it stops being one. */
export function parseRelaxed(text: string): RelaxedJson | { readonly fault: Fault } {
  const parser = new Parser(text);
  try {
    const tree = parser.whole();
    return { tree, at: parser.at, nameAt: parser.nameAt };
  } catch (error) {
    if (error instanceof JsonFault) return { fault: { at: error.at, message: error.message } };
    throw error;
  }
}

/** Line and column of an offset, both from 1; the column counts characters. */
export function lineAndColumn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: [...before.at(-1)!].length + 1 };
}

class Parser {
  readonly at = new Map<Tree, number>();
  readonly nameAt = new Map<Tree, number>();
  private readonly text: string;
  private pos = 0;

  constructor(text: string) {
    this.text = text;
  }

  whole(): Tree {
    const tree = this.value(0);
    this.match(blank);
    if (this.pos < this.text.length) this.fail(`expected the end, got ${this.found()}`);
    return tree;
  }

  private fail(message: string, at = this.pos): never {
    throw new JsonFault(at, message);
  }

  private found(): string {
    const rest = this.text.slice(this.pos);
    return rest === '' ? 'the end' : shown(/^[\p{L}\p{N}_$.+-]+|^./su.exec(rest)![0].slice(0, 40));
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.pos;
    const found = pattern.exec(this.text)?.[0];
    this.pos += found?.length ?? 0;
    return found;
  }

  private take(symbol: string): boolean {
    this.match(blank);
    if (this.text.charAt(this.pos) !== symbol) return false;
    this.pos++;
    return true;
  }

  private value(depth: number): Tree {
    this.match(blank);
    const start = this.pos;
    if (depth > maxDepth) this.fail(`nested deeper than ${maxDepth} levels`);
    const tree = this.take('{') ? this.object(depth) : this.take('[') ? this.list(depth) : this.leaf();
    this.at.set(tree, start);
    return tree;
  }

  private leaf(): Tree {
    const text = this.string() ?? this.match(number) ?? this.match(word);
    if (text !== undefined) return { kind: 'leaf', text };
    const isWord = /[\p{L}_$]/u.test(this.text.charAt(this.pos));
    return this.fail(`expected a JSON value, got ${this.found()}${isWord ? '; text needs quotes' : ''}`);
  }

  /** A string in either kind of quotes, as JSON. */
  private string(): string | undefined {
    const found = this.match(doubleQuoted) ?? this.match(singleQuoted);
    if (found === undefined) {
      if (/["']/.test(this.text.charAt(this.pos))) this.fail('a string that does not end, or with a bad escape');
      return undefined;
    }
    const inside = found.slice(1, -1).replace(/\\.|["\t]/gs, (part) => {
      if (part === '"') return '\\"';
      if (part === '\t') return '\\t';
      return part === "\\'" ? "'" : part;
    });
    return `"${inside}"`;
  }

  private object(depth: number): Tree {
    const members = new Map<string, Tree>();
    while (!this.take('}')) {
      this.match(blank);
      const start = this.pos;
      const key = this.name();
      if (members.has(key)) this.fail(`${shown(key)} is given twice`, start);
      if (!this.take(':')) this.fail(`expected ":" after ${shown(key)}, got ${this.found()}`);
      const value = this.value(depth + 1);
      members.set(key, value);
      this.nameAt.set(value, start);
      this.separator('}');
    }
    return { kind: 'object', members };
  }

  /** A comma, which may be left out before the closing bracket and at the end of a line. */
  private separator(closing: string): void {
    const start = this.pos;
    if (this.take(',') || this.text.charAt(this.pos) === closing) return;
    const isNewLine = this.pos < this.text.length && this.text.slice(start, this.pos).includes('\n');
    if (!isNewLine) this.fail(`expected "," or "${closing}", got ${this.found()}`);
  }

  private name(): string {
    const quoted = this.string();
    if (quoted !== undefined) return JSON.parse(quoted) as string;
    return this.match(name) ?? this.match(/\d+/y) ?? this.fail(`expected a name, got ${this.found()}`);
  }

  private list(depth: number): Tree {
    const items: Tree[] = [];
    while (!this.take(']')) {
      items.push(this.value(depth + 1));
      this.separator(']');
    }
    return { kind: 'list', items };
  }
}
