// Two JSON values side by side: every place where they are not the same.

/** A place and what stands there on each side; undefined where there is nothing. */
export interface JsonDifference {
  /** `.a.b[0]`; names that are no words are quoted: `["x y"]`. */
  readonly path: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** The differences of two values, in the order of the left one. `path` is put in front of each place. */
export function jsonDifferences(left: unknown, right: unknown, path = ''): JsonDifference[] {
  if (Object.is(left, right)) return [];
  if (Array.isArray(left) && Array.isArray(right)) {
    const length = Math.max(left.length, right.length);
    return Array.from({ length }, (_, at) => jsonDifferences(left[at], right[at], `${path}[${at}]`)).flat();
  }
  if (isObject(left) && isObject(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].flatMap((name) => jsonDifferences(own(left, name), own(right, name), path + step(name)));
  }
  return [{ path, left, right }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function step(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
