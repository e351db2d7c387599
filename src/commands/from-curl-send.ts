// `from-curl --send`: the call that a curl command equals, made and shown as `call` does it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { Schema } from '../schema/schema.ts';
import { type Metadata, validateMetadata } from '../wire/metadata.ts';
import { interruption, runCall } from './call-flow.ts';
import { exitCodeOf } from './exit-code.ts';
import { Flags } from './flags.ts';
import type { CurlCall } from './from-curl-request.ts';
import { learnCredentials } from './headers.ts';
import type { Session } from './session.ts';
import { callView } from './show.ts';

/** Makes the call; resolves to its exit code. Throws UserError 2 without an address and for variables that are not set. */
export async function sendCurlCall(session: Session, schema: Schema, call: CurlCall): Promise<number> {
  if (session.target === undefined) {
    throw new UserError(2, 'no address to send the call to', { hint: 'give host:port, or set GREPL_ADDRESS' });
  }
  const { method, messages } = call;
  if (session.production) await (await import('./production.ts')).confirmCall(session, method);
  const own = await session.metadata();
  const extra = validateMetadata(filled(call, session.io));
  const sent = validateMetadata([...own, ...extra]);
  const typed = call.metadata.map(([name, value]) => (call.typed.has(name) ? value : undefined));
  learnCredentials(extra, typed, session.io);
  const flags = new Flags();
  if (call.deadlineMs !== undefined) flags.set('deadline', call.deadlineMs);
  const sending: Session = {
    ...session,
    args: { ...session.args, flags: session.args.flags.over(flags) },
    metadata: async () => sent,
  };
  sending.subject = `${method.parent.typeName}/${method.name}`;
  const outcome = await runCall(sending, method, schema, messages, await callView(sending, schema, method));
  return interruption(sending) ?? exitCodeOf(outcome.status);
}

/** The metadata with what the shell would have put in. */
function filled({ metadata, typed }: CurlCall, io: Io): Metadata {
  return metadata.map(([name, value]) => [name, typed.has(name) ? fillIn(name, value, io) : value] as const);
}

function fillIn(name: string, value: string, io: Io): string {
  const text = value.replaceAll(/\$\{(\w+)\}/g, (_, variable: string) => {
    const found = io.env[variable];
    if (found === undefined) throw new UserError(2, `header ${name}: the environment variable ${variable} is not set`);
    io.secrets?.learn(found, `\${${variable}}`);
    return found;
  });
  const [, scheme = '', path] = /^([A-Za-z]+ )?@(.+)$/s.exec(text) ?? [];
  if (path === undefined) return text;
  try {
    return scheme + readFileSync(resolve(io.cwd, path), 'utf8').trim();
  } catch (error) {
    throw new UserError(2, `header ${name}: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
