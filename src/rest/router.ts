// Which method an HTTP request means: a tree of path segments, matched on the raw path, still escaped.
// Precedence: a verb that some template has, then literal before `*` before `**`, from left to right. An empty segment
// is nothing to `*`; `**` takes whatever stands there.
import { templateShape } from './path-template.ts';
import { canonicalSegment } from './query-escape.ts';
import type { HttpBinding, RestRoute, RestSource } from './rest.ts';
import { nearestTemplates } from './router-nearest.ts';

/** A route that matches, with the raw text of each path variable in the template's order. */
export interface FoundRoute {
  readonly kind: 'found';
  readonly route: RestRoute;
  readonly binding: HttpBinding;
  readonly values: readonly string[];
}

/** What a request leads to. `allow` are the HTTP methods that the path has; `nearest` templates, as `GET /v1/…`. */
export type RouteMatch =
  | FoundRoute
  | { readonly kind: 'method not allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'not found'; readonly nearest: readonly string[] };

/** Routes made ready for matching. */
export interface Router {
  /** `rawPath` is the path as sent, without query. */
  match(httpMethod: string, rawPath: string): RouteMatch;
  /** Bindings that can't be reached since an earlier one has the same method and shape. */
  readonly conflicts: readonly string[];
}

/**
 * Builds the router. Of two bindings with the same HTTP method and shape the declared one counts, else the derived one,
 * else the first; see `conflicts`.
 */
export function buildRouter(routes: readonly RestRoute[]): Router {
  const tree = new RouteTree();
  const inOrder = [...routes].sort((a, b) => ranks[a.source] - ranks[b.source]);
  for (const route of inOrder) for (const binding of route.bindings) tree.add(route, binding);
  return { match: (httpMethod, rawPath) => tree.match(httpMethod.toUpperCase(), rawPath), conflicts: tree.conflicts };
}

const ranks: Readonly<Record<RestSource, number>> = { declared: 0, derived: 1, 'rpc-path': 2 };

interface Entry {
  readonly route: RestRoute;
  readonly binding: HttpBinding;
}

/** Entries by verb, then by HTTP method. */
type Leaf = Map<string, Map<string, Entry>>;

interface Tail {
  /** What follows `**`: canonical literals and `*`. */
  readonly segments: readonly string[];
  readonly leaf: Leaf;
}

interface TreeNode {
  readonly literals: Map<string, TreeNode>;
  any: TreeNode | undefined;
  /** What begins with `**` here, the longest and most literal tail first. */
  readonly tails: Tail[];
  readonly leaf: Leaf;
}

/** A request being matched: its segments, without the verb, in the canonical spelling. */
interface Wanted {
  readonly segments: readonly string[];
  readonly verb: string;
  readonly httpMethod: string;
  /** Filled with the HTTP methods that were met on the way. */
  readonly allow: Set<string>;
}

class RouteTree {
  readonly conflicts: string[] = [];
  private readonly root = newNode();
  private readonly verbs = new Set<string>();
  private readonly entries: Entry[] = [];

  add(route: RestRoute, binding: HttpBinding): void {
    const { template, httpMethod } = binding;
    const segments = template.segments.map((text) => (text.startsWith('*') ? text : canonicalSegment(text)));
    const verb = canonicalVerb(template.verb);
    if (verb !== '') this.verbs.add(verb);
    const leaf = leafFor(this.root, segments);
    const methods = leaf.get(verb) ?? new Map<string, Entry>();
    leaf.set(verb, methods);
    const entry = { route, binding };
    const before = methods.get(httpMethod);
    if (before) this.conflicts.push(conflictText(entry, before));
    else {
      methods.set(httpMethod, entry);
      this.entries.push(entry);
    }
  }

  match(httpMethod: string, rawPath: string): RouteMatch {
    const raw = rawPath === '/' ? [] : rawPath.slice(1).split('/');
    const allow = new Set<string>();
    if (rawPath.startsWith('/')) {
      for (const verb of this.verbsOf(raw.at(-1) ?? '')) {
        const rest = verb === '' ? raw : withoutVerb(raw, verb);
        const segments = rest.map(canonicalSegment);
        const entry = find(this.root, 0, { segments, verb: canonicalVerb(verb), httpMethod, allow });
        if (entry) return { kind: 'found', ...entry, values: valuesOf(entry.binding, rest) };
      }
    }
    if (allow.size > 0) return { kind: 'method not allowed', allow: [...allow].sort() };
    const known = this.entries.map(({ binding }) => binding);
    return { kind: 'not found', nearest: nearestTemplates(httpMethod, rawPath, known) };
  }

  /** What may be the verb of a last segment, as it is written there: registered ones, the longest first, then none. */
  private verbsOf(last: string): string[] {
    const verbs: string[] = [];
    for (let at = last.indexOf(':'); at >= 0 && this.verbs.size > 0; at = last.indexOf(':', at + 1)) {
      const verb = last.slice(at + 1);
      if (this.verbs.has(canonicalVerb(verb))) verbs.push(verb);
    }
    return [...verbs, ''];
  }
}

function newNode(): TreeNode {
  return { literals: new Map(), any: undefined, tails: [], leaf: new Map() };
}

function canonicalVerb(verb: string): string {
  return verb === '' ? '' : canonicalSegment(verb);
}

/** The last segment without `:verb`; a path that was only a verb has no segments. */
function withoutVerb(raw: readonly string[], verb: string): string[] {
  const last = raw.at(-1)!.slice(0, -1 - verb.length);
  return raw.length === 1 && last === '' ? [] : [...raw.slice(0, -1), last];
}

function leafFor(root: TreeNode, segments: readonly string[]): Leaf {
  let node = root;
  for (const [at, segment] of segments.entries()) {
    if (segment === '**') return tailFor(node, segments.slice(at + 1));
    let next = segment === '*' ? node.any : node.literals.get(segment);
    if (!next) {
      next = newNode();
      if (segment === '*') node.any = next;
      else node.literals.set(segment, next);
    }
    node = next;
  }
  return node.leaf;
}

function tailFor(node: TreeNode, segments: readonly string[]): Leaf {
  const text = segments.join('/');
  const known = node.tails.find((tail) => tail.segments.join('/') === text);
  if (known) return known.leaf;
  const tail: Tail = { segments, leaf: new Map() };
  node.tails.push(tail);
  node.tails.sort((a, b) => b.segments.length - a.segments.length || compareTails(a.segments, b.segments));
  return tail.leaf;
}

/** Literals before `*`, from left to right. */
function compareTails(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((segment, index) => (segment === '*') !== (b[index] === '*'));
  return at < 0 ? 0 : a[at] === '*' ? 1 : -1;
}

function find(node: TreeNode, at: number, wanted: Wanted): Entry | undefined {
  const { segments } = wanted;
  if (at === segments.length) {
    const entry = take(node.leaf, wanted);
    if (entry) return entry;
  } else {
    const literal = node.literals.get(segments[at]!);
    const found =
      (literal && find(literal, at + 1, wanted)) ??
      (node.any && segments[at] !== '' ? find(node.any, at + 1, wanted) : undefined);
    if (found) return found;
  }
  for (const tail of node.tails) {
    if (!tailFits(tail.segments, segments, at)) continue;
    const entry = take(tail.leaf, wanted);
    if (entry) return entry;
  }
  return undefined;
}

function tailFits(tail: readonly string[], segments: readonly string[], at: number): boolean {
  const start = segments.length - tail.length;
  if (start < at) return false;
  return tail.every((segment, index) => {
    const given = segments[start + index];
    return segment === '*' ? given !== '' : segment === given;
  });
}

function take(leaf: Leaf, wanted: Wanted): Entry | undefined {
  const methods = leaf.get(wanted.verb);
  if (!methods) return undefined;
  const entry = methods.get(wanted.httpMethod) ?? methods.get('*');
  if (!entry) for (const httpMethod of methods.keys()) wanted.allow.add(httpMethod);
  return entry;
}

/** The raw text that each variable spans. */
function valuesOf(binding: HttpBinding, raw: readonly string[]): string[] {
  const { segments, variables } = binding.template;
  const rest = segments.indexOf('**');
  // How many segments more (or one fewer) the path has than the template.
  const shift = raw.length - segments.length;
  const place = (at: number) => (rest >= 0 && at > rest ? at + shift : at);
  return variables.map(({ start, end }) => raw.slice(place(start), place(end)).join('/'));
}

function conflictText(entry: Entry, before: Entry): string {
  const name = ({ route }: Entry) => `${route.method.parent.typeName}.${route.method.name}`;
  const shape = `${entry.binding.httpMethod} ${templateShape(entry.binding.template)}`;
  return `${name(entry)}: ${shape} is that of ${name(before)} already, which answers it`;
}
