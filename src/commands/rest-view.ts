// The REST side of a command line's method: its route, as whom it is shown, and its curl line.
import type { DescMethod } from '@bufbuild/protobuf';
import { type CurlOptions, curlCommand } from '../render/curl.ts';
import type { RestBody, RestDialect, RestEquivalent, RestRoute, StreamForm } from '../rest/rest.ts';
import { streamsRequests } from '../schema/method-kind.ts';
import type { Schema } from '../schema/schema.ts';
import type { Metadata } from '../wire/metadata.ts';
import { learnUserInfo } from './headers.ts';
import { restBase, restDialect, restRules } from './rest-options.ts';
import { maskedMetadata } from './secrets.ts';
import type { Session } from './session.ts';

/** What is the same for all calls of a run. */
export interface RestSide {
  readonly session: Session;
  readonly schema: Schema;
  readonly method: DescMethod;
  readonly route: RestRoute;
  readonly dialect: RestDialect;
  readonly base: string;
  /** As it may be shown. */
  readonly metadata: Metadata;
}

/** Finds the route of the method. Throws UserError for rule files and URLs that cannot be used. */
export async function openRestSide(session: Session, schema: Schema, method: DescMethod): Promise<RestSide> {
  const { flags } = session.args;
  const given = restBase(flags);
  learnUserInfo(given, session.io);
  const base = session.io.secrets?.hide(given) ?? given;
  const rules = await restRules(flags, session.io);
  const metadata = await maskedMetadata(session);
  for (const line of rules.unused([method.parent], false)) session.say(`grepl: warning: ${line}`);
  const route = rules.routeOf(method);
  return { session, schema, method, route, dialect: restDialect(flags), base, metadata };
}

/** The form in which the answer of a stream is shown: of those that a dialect has, the one that reads best. */
export function shownForm({ methodKind }: DescMethod, dialect: RestDialect): StreamForm | undefined {
  if (methodKind !== 'server_streaming') return undefined;
  return dialect === 'google' ? 'sse' : dialect === 'envoy' ? 'array' : 'ndjson';
}

/** Writes the curl line of a call; `sent` are the request messages of a stream as JSON, undefined if they are too many. */
export function curlOf(side: RestSide): (equivalent: RestEquivalent, sent: readonly string[] | undefined) => string {
  const { base, dialect, method } = side;
  const deadlineMs = side.session.args.flags.number('deadline');
  return (equivalent, sent) => {
    const body: Pick<CurlOptions, 'body' | 'bodyFrom'> = streamsRequests(method) ? streamBody(sent, dialect) : {};
    return curlCommand(equivalent, { base, dialect, mask: true, deadlineMs, ...body });
  };
}

/** Longer ones are no line to paste any more. */
const longestBody = 32_768;

function streamBody(
  sent: readonly string[] | undefined,
  dialect: RestDialect,
): { body: RestBody } | { bodyFrom: string } {
  const body = sent === undefined ? undefined : sentBody(sent, dialect);
  return body === undefined || body.data.length > longestBody ? { bodyFrom: 'requests.ndjson' } : { body };
}

/** All messages of a stream of requests in one body: an array, for grpc-gateway one after the other. */
export function sentBody(sent: readonly string[], dialect: RestDialect): RestBody {
  const data = dialect === 'gateway' ? sent.join(' ') : `[${sent.join(',')}]`;
  return { contentType: 'application/json', data };
}
