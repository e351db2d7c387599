// What is said beside the figures of `compare`: how each was found, and what makes the two sides unlike.
import { type GrpcAnswer, restDifferences } from '../rest/diff.ts';
import { baseParts } from '../rest/rest-client.ts';
import type { Measured } from './compare-measure.ts';
import type { RestCall } from './rest-call.ts';
import type { RestRequestReady } from './rest-request.ts';

/** The call, and how the RPC was answered. */
export interface NotedCall {
  readonly call: RestCall;
  readonly ready: RestRequestReady;
  readonly answer: GrpcAnswer;
}

/** Where the REST side was, and how many runs were asked for. */
export interface NotedRuns {
  readonly base: string;
  readonly restBy: string;
  readonly wanted: number;
}

/** A line for each kind of figure, and one for each thing that has to be known to judge them. */
export function comparisonNotes(noted: NotedCall, measured: Measured, { base, restBy, wanted }: NotedRuns): string[] {
  const { codec, latency } = measured;
  const by = restBy === 'the gateway' ? 'a gateway in this process, which makes the RPC for each request' : base;
  const notes = [
    'payload: computed; gRPC serialized messages, REST escaped path, query and body; answers measured as received',
    wireNote(measured, base),
    'gzip: computed; messages and bodies compressed one by one, path and query as they are; small ones grow',
    codec
      ? 'encode and decode: measured in this process, the same objects to protobuf and JSON by one library, both directions'
      : 'encode and decode: not measured, the messages cannot be written as JSON by the library in use',
    `latency: measured from here, both sides in turn; REST by ${by}`,
  ];
  if (noted.call.messages.length > 1 || noted.answer.messages.length > 1)
    notes.push('streams: the table has figures per message, the document whole calls');
  if (latency.runs < wanted) notes.push(`${latency.runs} of ${wanted} runs: the time was over`);
  return [...notes, ...unlike(noted, measured)];
}

function wireNote({ grpcBytes, isTls, reply }: Measured, base: string): string {
  if (!grpcBytes) return 'wire: gRPC not measured, since the connection goes through a proxy';
  const isHttps = baseParts(base).scheme === 'https';
  const has = (secured: boolean): string => (secured ? 'with TLS records' : 'without TLS');
  const how = `gRPC over HTTP/2 ${has(isTls)}, REST over HTTP/${reply.httpVersion} ${has(isHttps)}`;
  return `wire: measured on the socket, one warm call of a connection that stands; ${how}`;
}

/** The sides are compared as they are; that they do not answer the same has to be said. */
function unlike({ call, ready, answer }: NotedCall, { reply }: Measured): string[] {
  const { side } = call;
  const { template } = ready.equivalent;
  const binding = side.route.bindings.find((one) => one.template.text === template) ?? side.route.bindings[0]!;
  const differences = restDifferences(
    { ...answer, metadata: [] },
    { status: 200, headers: [['content-type', reply.contentType]], body: reply.body },
    {
      route: side.route,
      binding,
      types: side.schema.types,
      dialect: side.dialect,
      isHead: ready.request.httpMethod === 'HEAD',
    },
  );
  if (differences.length === 0) return [];
  return ['the answers differ, so that the figures compare different things: rest --diff shows where'];
}
