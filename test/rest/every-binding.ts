// Random HTTP rules over the message of every-kind.ts, and what the norm says of a message under one: worked out here from
// its JSON alone, without the code that is tested.
import fc from 'fast-check';
import type { Json } from './every-kind.ts';
import type { Rule } from './support.ts';

/** A variable of a template: the proto path, the JSON path and the pattern. */
interface Variable {
  readonly path: string;
  readonly json: readonly string[];
  readonly pattern: string;
  readonly isText: boolean;
}
const texts = [
  ['name', ['name']],
  ['other_name', ['otherName']],
  ['child.name', ['child', 'name']],
  ['child.child.other_name', ['child', 'child', 'otherName']],
  ['p_string', ['pString']],
  ['w_string', ['wString']],
  ['part.text', ['part', 'text']],
  ['c_string', ['cString']],
  ['odd', ['Odd-Name. ü']],
] as const;
const others = [
  ['f_int64', ['fInt64']],
  ['flag', ['flag']],
  ['color', ['color']],
  ['f_double', ['fDouble']],
  ['f_float', ['fFloat']],
  ['f_sint32', ['fSint32']],
  ['time', ['time']],
  ['span', ['span']],
  ['w_int64', ['wInt64']],
  ['child.f_fixed64', ['child', 'fFixed64']],
  ['p_color', ['pColor']],
  ['raw', ['raw']],
] as const;
const patterns = ['', '*', 'a/*', 'a/*/b/*', '*/x~y/*', '**', 'a/**', '*/**', '**/end'];
const variables = fc.oneof(
  fc
    .tuple(fc.constantFrom(...texts), fc.constantFrom(...patterns))
    .map(([[path, json], pattern]): Variable => ({ path, json, pattern, isText: true })),
  fc
    .tuple(fc.constantFrom(...others), fc.constantFrom('', '*'))
    .map(([[path, json], pattern]): Variable => ({ path, json, pattern, isText: false })),
);

/** A rule, with what it is made of. */
export interface Binding extends Rule {
  readonly parts: readonly (string | Variable)[];
  readonly verb: string;
  readonly body: string;
}
const bodies = [
  '',
  '',
  '*',
  '*',
  'child',
  'part',
  'name',
  'color',
  'r_string',
  'r_part',
  'labels',
  'struct',
  'w_int64',
  'time',
  'f_uint64',
  'value',
  'p_bytes',
];
/** Rules with every feature of templates. */
export const bindings: fc.Arbitrary<Binding> = fc
  .record({
    parts: fc.array(fc.oneof(variables, fc.constantFrom('v1', 'a', 'x%20y', '$', 'b@c')), {
      minLength: 1,
      maxLength: 5,
    }),
    verb: fc.constantFrom('', '', 'go', 'a%3Ab'),
    body: fc.constantFrom(...bodies),
  })
  .map(({ parts, verb, body }) => {
    const kept: (string | Variable)[] = [];
    let rests = 0;
    for (const one of parts) {
      if (typeof one !== 'string') {
        // A field fills one variable, not inside what is the body as a scalar, and one `**` is all a template can have.
        const clash = kept.some(
          (other) =>
            typeof other !== 'string' &&
            (other.path === one.path || (one.path.startsWith('c_') && other.path.startsWith('c_'))),
        );
        if (clash || one.path === body || (one.pattern.includes('**') && rests++ > 0)) continue;
      }
      kept.push(one);
    }
    if (kept.length === 0) kept.push('v1');
    const path = kept
      .map((one) => (typeof one === 'string' ? one : `{${one.path}${one.pattern === '' ? '' : `=${one.pattern}`}}`))
      .join('/');
    return {
      method: body === '' ? 'GET' : 'POST',
      path: `/${path}${verb === '' ? '' : `:${verb}`}`,
      body,
      parts: kept,
      verb,
    };
  });

/** What fits a rule more often than chance would have it: its text variables get values of their pattern. */
export function fitted(binding: Binding, message: Json, segments: readonly string[]): Json {
  const made = structuredClone(message);
  let next = 0;
  const segment = () => segments[next++ % segments.length]!.replaceAll('/', '') || 'x';
  for (const one of binding.parts) {
    if (typeof one === 'string' || !one.isText) continue;
    const value =
      one.pattern === ''
        ? `${segment()}/${segment()}`
        : one.pattern
            .split('/')
            .map((each) => (each === '**' ? `${segment()}/${segment()}` : each === '*' ? segment() : each))
            .join('/');
    if (one.path === 'c_string') for (const name of ['cInt64', 'cPart', 'cSpan']) delete made[name];
    let at = made;
    for (const name of one.json.slice(0, -1)) at = at[name] ??= {};
    at[one.json.at(-1)!] = value;
  }
  return made;
}

/** RFC 3986 §2.1: all but unreserved characters, byte by byte; dot segments would be steps. */
export function escaped(text: string): string {
  if (text === '.' || text === '..') return text.replaceAll('.', '%2E');
  return [...Buffer.from(text)]
    .map((byte) =>
      /[A-Za-z0-9\-_.~]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

/** The path that a rule's text variables make of a message; undefined if they do not fit. `null` stands for others. */
export function wantedPath({ parts, verb }: Binding, message: Json): readonly (string | null)[] | undefined {
  const path: (string | null)[] = [];
  for (const one of parts) {
    if (typeof one === 'string') path.push(one);
    else if (!one.isText) path.push(null);
    else {
      const found: string | undefined = one.json.reduce((at: Json, name) => at?.[name], message);
      // A message that is not there has no text, not even an empty one.
      if (found === undefined && one.path === 'w_string') return undefined;
      const value = found ?? '';
      const isMulti = one.pattern.includes('/') || one.pattern === '**';
      const made = isMulti ? value.split('/') : [value];
      if (!fits(one.pattern || '*', made)) return undefined;
      if (value !== '') path.push(...made.map(escaped));
    }
  }
  return verb === '' ? path : [...path, `:${verb}`];
}

function fits(pattern: string, values: readonly string[]): boolean {
  const source = pattern
    .split('/')
    .map((each) => (each === '**' ? '(?:/[^/]+)*' : each === '*' ? '/[^/]+' : `/${each}`))
    .join('');
  // A value of no segments is the empty text.
  const text =
    values.length === 1 && values[0] === ''
      ? ''
      : values.map((value) => `/${value === '' ? '' : value.replaceAll(/[/\n\r\u2028\u2029]/g, '_')}`).join('');
  return new RegExp(`^${source}$`, 'u').test(text);
}

const refusedKeys = ['rPart', 'parts', 'struct', 'value', 'list', 'any'];
const maps = ['labels', 'byFlag', 'spans'];
/** Fields that would have to go into the query, and cannot: of maps grpc-gateway alone takes those with simple values. */
export function refusedInQuery({ body }: Binding, message: Json, dialect: string): string[] {
  if (body === '*') return [];
  const own = body.replaceAll(/_./g, (match) => match[1]!.toUpperCase());
  const isRefused = (key: string) => {
    const keys = Object.keys(message[key] ?? {});
    if (!maps.includes(key)) return !['rPart', 'parts'].includes(key) || keys.length > 0;
    return dialect === 'gateway' ? keys.some((each) => /[[\n]/.test(each)) : keys.length > 0;
  };
  return [...refusedKeys, ...maps].filter((key) => key !== own && message[key] !== undefined && isRefused(key));
}
