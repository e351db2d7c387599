// The REST call of a command line as a request that can be sent: with its real credentials, unlike what is shown of it.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { RestEquivalent } from '../rest/rest.ts';
import type { RestClientOptions, RestRequest } from '../rest/rest-client.ts';
import { type RestCall, restCall } from './rest-call.ts';
import { sentBody } from './rest-view.ts';
import type { Session } from './session.ts';

/** A call's REST form, and the request that it is. */
export interface RestRequestReady {
  readonly equivalent: RestEquivalent;
  readonly request: RestRequest;
}

/** The request of a call, with the session's metadata. Throws UserError 3 when the call has no REST form. */
export async function restRequestOf(session: Session, { side, messages }: RestCall): Promise<RestRequestReady> {
  const { equivalent, sent } = restCall({ ...side, metadata: await session.metadata() }, messages);
  if ('none' in equivalent) {
    const { method } = side;
    throw new UserError(3, `${method.parent.typeName}/${method.name} with this request has no REST form`, {
      hint: equivalent.none,
    });
  }
  const body = sent === undefined ? equivalent.body : sentBody(sent, side.dialect);
  const headers = equivalent.headers.filter(([name]) => !body || name !== 'content-type');
  // A WebSocket begins with GET; the same path takes a POST of all messages.
  const isPost = equivalent.streaming === 'websocket' || equivalent.httpMethod === '*';
  const request: RestRequest = {
    httpMethod: isPost ? 'POST' : equivalent.httpMethod,
    path: equivalent.path,
    query: equivalent.query,
    headers: body ? [['content-type', body.contentType], ...headers] : headers,
    body: body && Buffer.from(body.data),
  };
  return { equivalent, request };
}

/** Which certificates the flags trust. Throws UserError 2 for a file that cannot be read. */
export function restTrust({ args: { flags }, io }: Session): Pick<RestClientOptions, 'insecure' | 'ca'> {
  const path = flags.text('cacert');
  if (path === undefined) return { insecure: flags.bool('insecure') };
  try {
    return { insecure: flags.bool('insecure'), ca: readFileSync(resolve(io.cwd, path), 'utf8') };
  } catch (error) {
    throw new UserError(2, `--cacert: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
