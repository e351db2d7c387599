// Two JSON values compared: one line for each path that differs.
import { visible } from '../render/visible.ts';

/** `path: left → right`, `- path: left` where the right has none, `+ path: right` where the left has none. */
export function differences(left: unknown, right: unknown, path = '.'): string[] {
  if (Object.is(left, right)) return [];
  if (isContainer(left) && isContainer(right) && Array.isArray(left) === Array.isArray(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys].flatMap((key) => {
      const below = Array.isArray(left) ? `${path === '.' ? '' : path}[${key}]` : `${path === '.' ? '' : path}.${key}`;
      return differences(own(left, key), own(right, key), below);
    });
  }
  const place = visible(path);
  if (left === undefined) return [`+ ${place}: ${text(right)}`];
  if (right === undefined) return [`- ${place}: ${text(left)}`];
  return [`  ${place}: ${text(left)} → ${text(right)}`];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function own(value: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function text(value: unknown): string {
  return visible(JSON.stringify(value) ?? 'nothing');
}
