// Sends a REST request exactly as it was worked out: node:http with the raw path, since fetch and URL would change it.
import type { Agent, IncomingMessage, RequestOptions } from 'node:http';
import { isIP } from 'node:net';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import type { Metadata } from '../wire/metadata.ts';

/** A request as it goes out. */
export interface RestRequest {
  readonly httpMethod: string;
  /** Raw, escaped. */
  readonly path: string;
  /** Raw, without `?`. */
  readonly query: string;
  readonly headers: Metadata;
  readonly body: Uint8Array | undefined;
}

/** An answer: its head is there, its body is still to come. */
export interface RestReply {
  readonly httpVersion: string;
  readonly status: number;
  readonly phrase: string;
  /** In their order, names in lower case. */
  readonly headers: Metadata;
  /** To be read once. Throws RestUnreachable when the connection ends too early. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** Where requests go. */
export interface RestClientOptions {
  /** `http://host:port/prefix`, without a slash at its end. */
  readonly base: string;
  readonly signal: AbortSignal;
  /** Accept any certificate. */
  readonly insecure?: boolean | undefined;
  /** Certificates to trust, PEM. */
  readonly ca?: string | undefined;
  /** Keeps connections between requests; without it each has its own. */
  readonly agent?: Agent | undefined;
  /** Connect here instead of to the base's host: a tap that counts. */
  readonly connectTo?: { readonly host: string; readonly port: number } | undefined;
}

/** No answer: nothing listens there, the connection broke, or time was over. */
export class RestUnreachable extends Error {
  readonly hint: string;
  /** True when the signal ended it. */
  readonly aborted: boolean;

  constructor(message: string, hint: string, aborted = false) {
    super(message);
    this.name = 'RestUnreachable';
    this.hint = hint;
    this.aborted = aborted;
  }
}

/** Sends a request; resolves when the head of the answer is there. Throws RestUnreachable. */
export async function sendRest(request: RestRequest, options: RestClientOptions): Promise<RestReply> {
  const isTls = /^https:/i.test(options.base);
  const module = isTls ? await import('node:https') : await import('node:http');
  const trust = isTls ? await trustOf(options) : {};
  return new Promise((resolve, reject) => {
    const sending = module.request({ ...requestOptions(request, options), ...trust }, (response) =>
      resolve(replyOf(response, options)),
    );
    sending.on('error', (error) => reject(unreachable(error, options)));
    sending.end(request.body);
  });
}

/** Host, port and path prefix of a base URL. */
export function baseParts(base: string): { scheme: string; host: string; port: number; prefix: string } {
  const [, scheme = 'http', authority = '', prefix = ''] = /^(https?):\/\/([^/]*)(.*)$/is.exec(base) ?? [];
  const [, host = authority, port] = /^(?:.*@)?(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(authority) ?? [];
  const usual = scheme.toLowerCase() === 'https' ? 443 : 80;
  return {
    scheme: scheme.toLowerCase(),
    host: host.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : usual,
    prefix,
  };
}

function requestOptions(request: RestRequest, { base, signal, agent, connectTo }: RestClientOptions): RequestOptions {
  const { host, port, prefix } = baseParts(base);
  const query = request.query === '' ? '' : `?${request.query}`;
  return {
    host: connectTo?.host ?? host,
    port: connectTo?.port ?? port,
    method: request.httpMethod,
    path: `${prefix}${request.path}${query}`,
    // Names and values one after the other are sent as they are.
    headers: headerLines(request, base) as unknown as NonNullable<RequestOptions['headers']>,
    signal,
    agent: agent ?? false,
  };
}

/** What is asked of the certificate: the base's host, whatever lies between. */
async function trustOf({ base, insecure, ca }: RestClientOptions): Promise<ConnectionOptions> {
  const { checkServerIdentity } = await import('node:tls');
  const { host } = baseParts(base);
  return {
    servername: isIP(host) === 0 ? host : '',
    checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate),
    rejectUnauthorized: insecure !== true,
    ...(ca !== undefined && { ca }),
  };
}

function headerLines({ headers, body, httpMethod }: RestRequest, base: string): string[] {
  const given = new Set(headers.map(([name]) => name));
  const authority = /^https?:\/\/(?:[^/@]*@)?([^/]*)/i.exec(base)?.[1] ?? '';
  const own: [string, string][] = [
    ['host', authority],
    ['user-agent', 'grepl'],
    ['accept', '*/*'],
  ];
  const lines = [...own.filter(([name]) => !given.has(name)), ...headers];
  const hasLength = body !== undefined || !/^(?:GET|HEAD|DELETE|OPTIONS)$/.test(httpMethod);
  if (hasLength) lines.push(['content-length', String(body?.length ?? 0)]);
  return lines.flat();
}

function replyOf(response: IncomingMessage, options: RestClientOptions): RestReply {
  const { rawHeaders } = response;
  const headers: (readonly [string, string])[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.push([rawHeaders[at]!.toLowerCase(), rawHeaders[at + 1]!]);
  return {
    httpVersion: response.httpVersion,
    status: response.statusCode ?? 0,
    phrase: response.statusMessage ?? '',
    headers,
    body: chunks(response, options),
  };
}

async function* chunks(response: IncomingMessage, options: RestClientOptions): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of response) yield chunk as Uint8Array;
  } catch (error) {
    throw unreachable(error as NodeJS.ErrnoException, options);
  }
}

function unreachable(error: NodeJS.ErrnoException, { base, signal }: RestClientOptions): RestUnreachable {
  if (signal.aborted) return new RestUnreachable(`no answer from ${base} in time`, 'is the server busy?', true);
  const inner = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[])[0] : undefined;
  const code = error.code ?? inner?.code ?? '';
  if (code === 'ECONNREFUSED') {
    return new RestUnreachable(
      `connection refused by ${base}`,
      'does a REST server listen there? grepl gateway ADDRESS starts one',
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return new RestUnreachable(`cannot resolve the host of ${base}`, 'is the name spelled right?');
  if (code === 'ECONNRESET')
    return new RestUnreachable(`${base} hung up before its answer was whole`, 'its log may say why');
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code)) {
    const hint = '--cacert FILE trusts an authority of your own, --insecure any certificate';
    return new RestUnreachable(`the certificate of ${base} is not trusted: ${error.message}`, hint);
  }
  if (/^(?:HPE_|ERR_SSL|EPROTO)/.test(code)) {
    return new RestUnreachable(
      `${base} did not answer with HTTP (${code})`,
      'is it http or https, and the right port?',
    );
  }
  return new RestUnreachable(`cannot reach ${base}: ${error.message || code}`, 'is the URL right?');
}
