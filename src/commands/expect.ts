// Expectations: what a script wants to be true of a call, checked after it, exit 6 when it is not.

import { isDeepStrictEqual } from 'node:util';
import type { DescMethod } from '@bufbuild/protobuf';
import { jsonPrinter } from '../codec/json-printer.ts';
import { exitCodes, UserError } from '../errors.ts';
import { write } from '../io.ts';
import type { Schema } from '../schema/schema.ts';
import { codeName, codeNames } from '../wire/status.ts';
import type { Outcome } from './call-view.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Flags } from './flags.ts';
import type { Session } from './session.ts';

/** What --expect-status and --expect ask for. */
export interface Expectations {
  readonly code: number | undefined;
  readonly values: readonly {
    readonly path: readonly (string | number)[];
    readonly expected: unknown;
    readonly text: string;
  }[];
}

/** The expectations of a command line; undefined when it has none. Throws UserError 2 for one that cannot be read. */
export function expectationsFrom(flags: Flags): Expectations | undefined {
  const status = flags.text('expect-status');
  const values = flags.list('expect');
  if (status === undefined && values.length === 0) return undefined;
  return { code: status === undefined ? undefined : statusCode(status), values: values.map(expectedValue) };
}

function statusCode(text: string): number {
  const code = /^\d+$/.test(text) ? Number(text) : codeNames.indexOf(text.toUpperCase() as (typeof codeNames)[number]);
  if (code < 0 || code > 16)
    throw new UserError(2, `--expect-status: no status "${text}"`, { hint: `one of ${codeNames.join(', ')}` });
  return code;
}

function expectedValue(text: string): Expectations['values'][number] {
  const at = text.indexOf('==');
  const path = text.slice(0, at).trim();
  if (at < 0 || !/^(?:\.|(?:\.?[\w$-]+|\[\d+\])(?:\.[\w$-]+|\[\d+\])*)$/.test(path)) {
    throw new UserError(2, `--expect: cannot read "${text}"`, {
      hint: `write PATH==JSON, such as '.user.roles[0]=="ADMIN"'`,
    });
  }
  const steps = [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map((step) =>
    step[1] === undefined ? step[0] : Number(step[1]),
  );
  try {
    return { path: steps, expected: JSON.parse(text.slice(at + 2)), text };
  } catch (error) {
    throw new UserError(2, `--expect: ${JSON.stringify(text.slice(at + 2))} is no JSON`, {
      hint: 'strings need their quotes',
      cause: error,
    });
  }
}

/**
 * Says on stderr which expectations failed and resolves to 6 if any did. The status counts as expected when it is named
 * by --expect-status; without that flag a status that is not OK keeps its own exit code.
 */
export async function checkExpectations(
  expectations: Expectations,
  outcome: Outcome,
  session: Session,
  schema: Schema,
  method: DescMethod,
): Promise<number> {
  const { code } = expectations;
  if (code === undefined && outcome.status.code !== 0) return exitCodeOf(outcome.status);
  const failures: string[] = [];
  if (code !== undefined && code !== outcome.status.code) {
    failures.push(`expected status ${codeName(code)}, got ${codeName(outcome.status.code)}`);
  }
  // Defaults are printed too, so that `.count==0` can be asked of a message that leaves count out.
  const print = jsonPrinter(method.output, { types: schema.types, emitDefaults: true, names: names(session) });
  const document: unknown = outcome.last === undefined ? undefined : JSON.parse(print(outcome.last));
  for (const { path, expected, text } of expectations.values) {
    const actual = path.reduce<unknown>(step, document);
    if (!sameValue(actual, expected))
      failures.push(`expected ${text}, got ${actual === undefined ? 'nothing' : JSON.stringify(actual)}`);
  }
  for (const failure of failures) await write(session.io.stderr, `grepl: ${failure}\n`);
  return failures.length > 0 ? exitCodes.expectation : exitCodes.ok;
}

const names = (session: Session): 'json' | 'proto' => (session.args.flags.text('names') === 'proto' ? 'proto' : 'json');

function step(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** 64-bit numbers are strings in JSON; `5` and `"5"` are the same there to whoever writes the expectation. */
function sameValue(actual: unknown, expected: unknown): boolean {
  if (typeof actual === 'string' && typeof expected === 'number') return actual === String(expected);
  return isDeepStrictEqual(actual, expected);
}
