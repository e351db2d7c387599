// Calls of the example services with their REST twins, made up event by event, for the views of REST.
import { fileURLToPath } from 'node:url';
import type { DescMethod } from '@bufbuild/protobuf';
import { jsonPrinter } from '../../src/codec/json-printer.ts';
import { jsonReader } from '../../src/codec/json-reader.ts';
import type { PrintMessage, Rendered, TwinRenderer } from '../../src/render/rendered.ts';
import type { RestDialect, RestStyle, StreamForm } from '../../src/rest/rest.ts';
import { openRestRules } from '../../src/rest/route.ts';
import { type RestEvent, restTwins, withRest } from '../../src/rest/with-rest.ts';
import type { CallEvent } from '../../src/rpc/event.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';
import type { Metadata } from '../../src/wire/metadata.ts';
import type { Status } from '../../src/wire/status.ts';
import { ok } from './events.ts';

const folder = fileURLToPath(new URL('../../proto-examples', import.meta.url));
const files = [
  'userservice/v1/user_service.proto',
  'library/v1/library.proto',
  'payments/v1/payments.proto',
  'inference/v1/inference.proto',
];

let schema: Promise<Schema> | undefined;

/** The schema of the example services. */
export function exampleSchema(): Promise<Schema> {
  schema ??= protoFiles(files, [folder]).then(openSchema);
  return schema;
}

/** A method of theirs. */
export async function exampleMethod(name: string): Promise<DescMethod> {
  const symbol = await (await exampleSchema()).symbol(name);
  if (symbol?.kind !== 'rpc') throw new Error(`no method ${name}`);
  return symbol;
}

/** What happens in a call; messages are JSON. `steps` are taken in order. */
export interface Script {
  readonly method: string;
  readonly metadata?: Metadata;
  /** The metadata of the REST side; that of the call if absent. */
  readonly restMetadata?: Metadata;
  readonly steps: readonly Step[];
  readonly headers?: Metadata;
  readonly status?: Status;
  readonly details?: readonly unknown[];
  readonly trailers?: Metadata;
  readonly dialect?: RestDialect;
  readonly style?: RestStyle;
  readonly stream?: StreamForm;
  readonly messages?: 'none' | 'first' | 'every';
}

/** `>`: a request, `<`: a response, `.`: half-close. */
export type Step = `>${string}` | `<${string}` | '.';

/** The events of a scripted call, ten milliseconds apart, with their twins. */
export async function scripted(script: Script): Promise<(CallEvent | RestEvent)[]> {
  const { types } = await exampleSchema();
  const method = await exampleMethod(script.method);
  const twins = restTwins({
    route: openRestRules({ style: script.style ?? 'auto' }).routeOf(method),
    types,
    dialect: script.dialect ?? 'google',
    metadata: script.restMetadata ?? script.metadata ?? [],
    stream: script.stream,
    details: () => Promise.resolve(script.details ?? []),
    messages: script.messages ?? 'every',
  });
  const events: (CallEvent | RestEvent)[] = [];
  for await (const event of withRest(callEvents(script, method, await exampleSchema()), twins)) events.push(event);
  return events;
}

async function* callEvents(script: Script, method: DescMethod, { types }: Schema): AsyncGenerator<CallEvent> {
  const address = '127.0.0.1:50051';
  const target = { address, authority: address, endpoint: { host: '127.0.0.1', port: 50051 }, pathPrefix: '' };
  yield {
    type: 'start',
    method,
    target: { ...target, security: 'plaintext', tls: {} },
    metadata: script.metadata ?? [],
  };
  let at = 0;
  const read = (text: string, which: 'input' | 'output') => {
    const message = jsonReader(method[which], { types })({ text, from: 'test', line: 1, column: 1 });
    return { message, size: message.length };
  };
  if (script.headers) yield { type: 'headers', metadata: script.headers, httpStatus: 200, at };
  for (const step of script.steps) {
    at += 10;
    if (step === '.') yield { type: 'half-close', at };
    else if (step.startsWith('>')) yield { type: 'request', ...read(step.slice(1), 'input'), at };
    else yield { type: 'response', ...read(step.slice(1), 'output'), compressed: false, at };
  }
  yield { type: 'status', status: script.status ?? ok, trailers: script.trailers ?? [], at: at + 3 };
}

/** Prints the messages of a method as JSON. */
export async function printerOf(name: string, indent: number): Promise<PrintMessage> {
  const { types } = await exampleSchema();
  const method = await exampleMethod(name);
  const print = {
    request: jsonPrinter(method.input, { types, indent }),
    response: jsonPrinter(method.output, { types, indent }),
  };
  return (message, which) => print[which](message);
}

/** What a renderer makes of each event, and all of it. */
export function drawn(
  render: TwinRenderer,
  events: readonly (CallEvent | RestEvent)[],
): { readonly out: string; readonly err: string; readonly each: readonly Rendered[] } {
  const each = events.map((event) => render(event));
  const all = (which: 'out' | 'err'): string => each.map((one) => one[which] ?? '').join('');
  return { out: all('out'), err: all('err'), each };
}
