// What `$name` stands for: values set with `let`, the replies kept so far, the environment, and a few functions.
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import { nearest } from '../schema/nearest.ts';
import { quoted } from '../schema/quote.ts';
import type { LineWord, ReferencePart } from './line.ts';
import type { Replies } from './replies.ts';

/** Where references are looked up. */
export interface Scope {
  readonly lets: ReadonlyMap<string, unknown>;
  readonly replies: Replies;
  readonly env: Io['env'];
  readonly now: () => Date;
  readonly random: () => number;
}

/** A word as text, its variables replaced. Throws UserError 2 that names the variable and its column. */
export function wordText(word: LineWord, scope: Scope): string {
  return word.parts.map((part) => (part.kind === 'text' ? part.text : written(lookUp(part, scope), part.as))).join('');
}

/** What a word stands for: the value itself when it is one variable or JSON, else its text. */
export function wordValue(word: LineWord, scope: Scope): unknown {
  const [only] = word.parts;
  if (only?.kind === 'reference' && word.parts.length === 1) return lookUp(only, scope);
  const text = wordText(word, scope);
  if (!word.json) return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(2, `column ${word.column}: ${(error as Error).message}`);
  }
}

/** The value of `name.path` or `function(…)` as JSON text; undefined if there is none. For forms. */
export function jsonOfReference(text: string, scope: Scope): string | undefined {
  try {
    return JSON.stringify(lookUp({ kind: 'reference', text, as: 'json', column: 1 }, scope));
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function written(value: unknown, as: ReferencePart['as']): string {
  if (as === 'json') return JSON.stringify(value) ?? 'null';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  return as === 'text' ? text : JSON.stringify(text).slice(1, -1);
}

function lookUp(part: ReferencePart, scope: Scope): unknown {
  const call = /^(\w+)\((.*)\)$/s.exec(part.text);
  if (call) return callFunction(call[1] as string, call[2] as string, part, scope);
  const steps = pathSteps(part.text);
  const [root, ...path] = steps ?? [];
  if (root === undefined) throw wrong(part, `${quoted(part.text)} is no variable`);
  if (root === 'env') return environment(path[0], part, scope);
  let value = rootValue(root, part, scope);
  let walked = `$${root}`;
  for (const step of path) {
    const next = member(value, step);
    if (next === undefined) throw noMember(walked, value, step, part);
    value = next;
    walked += /^-?\d+$|:/.test(step) ? `[${step}]` : `.${step}`;
  }
  return value;
}

function rootValue(root: string, part: ReferencePart, scope: Scope): unknown {
  if (scope.lets.has(root)) return scope.lets.get(root);
  const found = root === 'last' || /^\d+$/.test(root) ? scope.replies.value(root) : undefined;
  if (found !== undefined) return found;
  if (root === 'last') throw wrong(part, '$last: there is no reply yet');
  if (/^\d+$/.test(root)) {
    throw wrong(
      part,
      `no reply $${root}`,
      `kept: ${scope.replies.names().join(' ') || 'none'}; write \\$ for the sign`,
    );
  }
  const close = nearest(root, [...scope.lets.keys(), 'last', 'env']);
  throw wrong(
    part,
    `no variable $${root}`,
    close.length > 0 ? `nearest: ${close.map((one) => `$${one}`).join(', ')}` : `set it: let ${root} = …`,
  );
}

function environment(name: string | undefined, part: ReferencePart, scope: Scope): string {
  if (name === undefined) throw wrong(part, '$env needs a name', 'such as $env.HOME');
  const value = scope.env[name];
  if (value === undefined) throw wrong(part, `the environment variable ${name} is not set`);
  return value;
}

/** `last.items[0].id` and `last.items[50:]` as steps; undefined if it cannot be read. */
export function pathSteps(text: string): string[] | undefined {
  const steps: string[] = [];
  const step = /(?:^|\.)([A-Za-z_@][\w@-]*|\d+)|\.?\[(-?\d+|-?\d*:-?\d*)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (step.lastIndex < text.length) {
    const found = step.exec(text);
    if (!found) return undefined;
    steps.push(found[1] ?? found[2] ?? (JSON.parse(found[3] as string) as string));
  }
  return steps.length > 0 ? steps : undefined;
}

function member(value: unknown, step: string): unknown {
  if (Array.isArray(value)) {
    const range = /^(-?\d*):(-?\d*)$/.exec(step);
    if (range) return value.slice(Number(range[1]), range[2] === '' ? undefined : Number(range[2]));
    return /^-?\d+$/.test(step) ? value.at(Number(step)) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Record<string, unknown>;
  if (Object.hasOwn(fields, step)) return fields[step];
  const json = step.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(fields, json) ? fields[json] : undefined;
}

function noMember(walked: string, value: unknown, step: string, part: ReferencePart): UserError {
  if (Array.isArray(value)) return wrong(part, `${walked} has ${value.length} elements, there is no [${step}]`);
  if (typeof value !== 'object' || value === null) return wrong(part, `${walked} is no object, it has no .${step}`);
  const names = Object.keys(value);
  const shown = names.slice(0, 12).join(', ');
  return wrong(part, `${walked} has no .${step}`, names.length > 0 ? `it has ${shown}` : 'it is empty');
}

function callFunction(name: string, text: string, part: ReferencePart, scope: Scope): unknown {
  switch (name) {
    case 'uuid':
      return uuid(scope.random);
    case 'now':
      return scope.now().toISOString();
    case 'random': {
      const [low = 0, high = 999_999_999] = text
        .split(',')
        .filter((one) => one.trim() !== '')
        .map(Number);
      if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low > high)
        throw wrong(part, `\${random(${text})}: write two whole numbers, the smaller first`);
      return low + Math.floor(scope.random() * (high - low + 1));
    }
    case 'base64':
      return Buffer.from(text.trim()).toString('base64');
    default:
      throw wrong(part, `no function ${name}()`, 'there are uuid(), now(), random(1,9) and base64(text)');
  }
}

/** A version 4 UUID (RFC 9562 §5.4). */
function uuid(random: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx'.replaceAll(/[xy]/g, (digit) => {
    const value = Math.floor(random() * 16);
    return (digit === 'x' ? value : (value & 3) | 8).toString(16);
  });
}

function wrong(part: ReferencePart, message: string, hint?: string): UserError {
  return new UserError(2, `column ${part.column}: ${message}`, { hint });
}
