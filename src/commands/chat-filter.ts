// What a filter lets through: messages that hold a text, or in which the value of a path compares as asked.
import { isDeepStrictEqual } from 'node:util';

/** A filter; the two printers give a message as compact JSON, the second with the fields at their default in it. */
export type ChatFilter = (json: () => string, whole: () => string) => boolean;

const comparison = /^(\.?[\w$@-]+(?:\.[\w$@-]+|\[\d+\])*)\s*(==|!=|>=|<=|>|<|=)\s*(.+)$/s;

/**
 * Reads a filter: `PATH==JSON`, `!=`, `<`, `<=`, `>`, `>=` compare one value, anything else is a text to be found in the
 * message, in any case of letters. With `!` in front it lets through what does not match.
 */
export function readFilter(expression: string): ChatFilter {
  if (expression.startsWith('!') && expression.length > 1) {
    const inner = readFilter(expression.slice(1).trim());
    return (json, whole) => !inner(json, whole);
  }
  const [, path, operator, right] = comparison.exec(expression) ?? [];
  if (path === undefined || operator === undefined || right === undefined) {
    const wanted = expression.toLowerCase();
    return (json) => json().toLowerCase().includes(wanted);
  }
  const steps = [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((step) => step[1] ?? step[0]);
  const expected = wantedValue(right.trim());
  return (_json, whole) => compare(steps.reduce<unknown>(member, JSON.parse(whole())), operator, expected);
}

/** JSON, or the text itself: quotes may be left out. */
function wantedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.replace(/^'(.*)'$/s, '$1');
  }
}

function member(value: unknown, step: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  if (Object.hasOwn(fields, step)) return fields[step];
  const json = step.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(fields, json) ? fields[json] : undefined;
}

function compare(actual: unknown, operator: string, expected: unknown): boolean {
  switch (operator) {
    case '==':
    case '=':
      return same(actual, expected);
    case '!=':
      return !same(actual, expected);
    default:
      return ordered(actual, operator, expected);
  }
}

/** 64-bit numbers are strings in JSON; `5` and `"5"` are the same to whoever types a filter. */
function same(actual: unknown, expected: unknown): boolean {
  if (typeof actual === 'string' && typeof expected === 'number') return actual === String(expected);
  return isDeepStrictEqual(actual, expected);
}

function ordered(actual: unknown, operator: string, expected: unknown): boolean {
  if (actual === undefined || actual === null || typeof actual === 'object') return false;
  const numbers = [Number(actual), Number(expected)] as const;
  const [left, right] = numbers.some(Number.isNaN) ? [String(actual), String(expected)] : numbers;
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
