// Rule files: the `http` section of a google.api.Service configuration, in YAML or JSON, which puts HTTP rules on methods
// from outside. https://github.com/googleapis/googleapis/blob/master/google/api/service.proto
import type { Node, Pair, YAMLMap } from 'yaml';
import { UserError } from '../errors.ts';
import { quoted } from '../schema/quote.ts';
import type { HttpRule } from './http-rule.ts';
import { parsePathTemplate, TemplateError } from './path-template.ts';

/** One rule of a file, with its place there (1-based). */
export interface FileRule {
  readonly rule: HttpRule;
  readonly line: number;
  readonly column: number;
}

/** The rules of a file in their order: of those that select a method the last one counts. */
export interface RuleFile {
  readonly path: string;
  readonly rules: readonly FileRule[];
}

/**
 * Reads a rule file. `path` is for messages. Throws UserError 3 with file, line and column for text that is neither YAML
 * nor JSON, for what is no rule, and for templates that are none.
 */
export async function readRuleFile(path: string, text: string): Promise<RuleFile> {
  // Of a CommonJS package the bundle has only the default.
  const { default: yaml } = await import('yaml');
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const reader = new RuleReader(yaml, path, (offset) => lines.linePos(offset));
  const [error] = document.errors;
  if (error) reader.fail(error.pos[0], error.message);
  return { path, rules: reader.rules(document.contents) };
}

/**
 * The rule for a method (`pkg.Service.Method`): the last one with a pattern whose selector is this name, `*`, or a
 * prefix of it with `.*`; later files after earlier ones.
 */
export function ruleFor(files: readonly RuleFile[], method: string): (FileRule & { path: string }) | undefined {
  for (const file of files.toReversed()) {
    const found = file.rules.findLast(({ rule }) => rule.httpMethod !== undefined && selects(rule.selector, method));
    if (found) return { ...found, path: file.path };
  }
  return undefined;
}

/**
 * The rules, each as `FILE:LINE:COLUMN: …`, whose selector names a method that is none of `methods` (`pkg.Service.Method`)
 * but is one of a service that `isKnown`: misspelt, most likely.
 */
export function unusedRules(
  files: readonly RuleFile[],
  methods: ReadonlySet<string>,
  isKnown: (service: string) => boolean,
): string[] {
  return files.flatMap(({ path, rules }) =>
    rules
      .filter(({ rule: { selector } }) => {
        if (selector.endsWith('*')) return false;
        return !methods.has(selector) && isKnown(selector.slice(0, selector.lastIndexOf('.')));
      })
      .map(
        ({ rule, line, column }) => `${path}:${line}:${column}: no method ${quoted(rule.selector)}: the rule is unused`,
      ),
  );
}

function selects(selector: string, method: string): boolean {
  if (selector === method || selector === '*') return true;
  return selector.endsWith('.*') && method.startsWith(selector.slice(0, -1));
}

const patternKeys = new Set(['get', 'put', 'post', 'delete', 'patch']);

/** Each key a rule may have, and its name in JSON. */
const otherKeys = new Map([
  ['selector', 'selector'],
  ['body', 'body'],
  ['response_body', 'responseBody'],
  ['responseBody', 'responseBody'],
]);

type Place = (offset: number) => { line: number; col: number };

class RuleReader {
  private readonly yaml: typeof import('yaml');
  private readonly path: string;
  private readonly place: Place;

  constructor(yaml: typeof import('yaml'), path: string, place: Place) {
    this.yaml = yaml;
    this.path = path;
    this.place = place;
  }

  rules(root: Node | null): FileRule[] {
    const http = this.member(root, ['http']);
    const rules = this.member(http, ['rules']);
    if (!rules) {
      this.fail(
        root?.range?.[0] ?? 0,
        'no http.rules',
        'a rule file looks like: http: { rules: [{ selector: pkg.Svc.Method, get: /v1/x }] }',
      );
    }
    if (!this.yaml.isSeq(rules)) this.fail(offsetOf(rules), 'http.rules is not a list');
    return rules.items.map((item) => {
      const rule = this.rule(item as Node, 0);
      const at = this.place(offsetOf(item as Node));
      if (rule.selector === '')
        this.fail(offsetOf(item as Node), 'a rule without selector', 'a selector is a full name: pkg.Service.Method');
      return { rule, line: at.line, column: at.col };
    });
  }

  /** Throws UserError 3 for the place at `offset`. */
  fail(offset: number, what: string, hint?: string): never {
    const { line, col } = this.place(offset);
    throw new UserError(3, `${this.path}:${line || 1}:${col || 1}: ${what}`, { hint });
  }

  private member(node: Node | null | undefined, names: readonly string[]): Node | undefined {
    if (!this.yaml.isMap(node)) return undefined;
    const pair = node.items.find(({ key }) => names.includes(String(key)));
    return (pair?.value as Node | null | undefined) ?? undefined;
  }

  private rule(node: Node, depth: number): HttpRule {
    if (!this.yaml.isMap(node)) this.fail(offsetOf(node), 'a rule is a mapping such as { selector: …, get: … }');
    const rule = { selector: '', httpMethod: undefined as string | undefined, path: '', body: '', responseBody: '' };
    let additional: HttpRule[] = [];
    for (const pair of (node as YAMLMap).items as Pair<Node, Node | null>[]) {
      const key = String(pair.key);
      const value = pair.value ?? pair.key;
      const other = otherKeys.get(key);
      if (other !== undefined) Object.assign(rule, { [other]: this.text(value, key) });
      else if (patternKeys.has(key)) this.pattern(rule, pair.key, key.toUpperCase(), value);
      else if (key === 'custom') this.custom(rule, pair.key, value);
      else if (key === 'additional_bindings' || key === 'additionalBindings')
        additional = this.additional(value, depth);
      else this.fail(offsetOf(pair.key), `a rule has no ${quoted(key)}`, ruleKeys);
    }
    return { ...rule, additional };
  }

  private additional(node: Node, depth: number): HttpRule[] {
    if (depth > 0) this.fail(offsetOf(node), 'additional_bindings inside additional_bindings');
    if (!this.yaml.isSeq(node)) this.fail(offsetOf(node), 'additional_bindings is not a list');
    return node.items.map((item) => this.rule(item as Node, depth + 1));
  }

  private custom(rule: { httpMethod: string | undefined; path: string }, key: Node, node: Node): void {
    const kind = this.member(node, ['kind']);
    const path = this.member(node, ['path']);
    if (!kind || !path) this.fail(offsetOf(node), 'custom has kind and path');
    const name = this.text(kind, 'kind');
    if (!/^(?:\*|[A-Za-z0-9!#$%&'+.^_`|~-]+)$/.test(name)) {
      this.fail(offsetOf(kind), `${quoted(name)} is no HTTP method`);
    }
    this.pattern(rule, key, name, path);
  }

  private pattern(
    rule: { httpMethod: string | undefined; path: string },
    key: Node,
    httpMethod: string,
    node: Node,
  ): void {
    if (rule.httpMethod !== undefined)
      this.fail(offsetOf(key), 'a second pattern in one rule', 'more go into additional_bindings');
    const path = this.text(node, httpMethod.toLowerCase());
    try {
      parsePathTemplate(path);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const isQuoted = this.yaml.isScalar(node) && String(node.type).startsWith('QUOTE');
      this.fail(offsetOf(node) + error.column - 1 + (isQuoted ? 1 : 0), `${quoted(path)}: ${error.reason}`);
    }
    rule.httpMethod = httpMethod;
    rule.path = path;
  }

  private text(node: Node, key: string): string {
    if (this.yaml.isScalar(node) && typeof node.value === 'string') return node.value;
    return this.fail(offsetOf(node), `${key} is not a text`);
  }
}

const ruleKeys = 'it has selector, get, put, post, delete, patch, custom, body, response_body, additional_bindings';

function offsetOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
