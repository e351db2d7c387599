// Says in words what answered instead of a gRPC server, and which flag or port to try.
import { ConnectFailure } from './attempt.ts';
import { h2CodeName } from './h2-codes.ts';
import type { Answer } from './probe.ts';
import type { Target } from './target.ts';
import { quoteBytes, visible } from './wording.ts';

/** The failure of a plaintext HTTP/2 connection, given what the peer answers to a preface; `cause` is http2's word. */
export function plaintextFailure(target: Target, answer: Answer, cause: string | undefined): ConnectFailure {
  const { address } = target;
  switch (answer.kind) {
    case 'http1':
      return new ConnectFailure(
        `${address} does not speak HTTP/2: it answered ${quoteBytes(answer.bytes)}`,
        'this is an HTTP/1.1 server; gRPC needs HTTP/2, often on another port',
      );
    case 'text':
    case 'garbage':
      return new ConnectFailure(
        `${address} does not speak HTTP/2: it answered ${quoteBytes(answer.bytes)}`,
        'is this the right port?',
      );
    case 'tls-alert':
      return speaksTls(target);
    case 'http2':
      return http2Failure(target, answer.goaway, cause);
    case 'reset':
      return new ConnectFailure(
        `${address} reset the connection before it sent HTTP/2 settings`,
        'it may be shutting down, or want TLS: try --tls',
      );
    case 'closed':
      return new ConnectFailure(
        `${address} closed the connection before it sent HTTP/2 settings`,
        'a server that closes or is reset at once may be shutting down, or want TLS: try --tls',
      );
    case 'unreachable':
      return new ConnectFailure(`${address} accepted one connection and then no more`, 'it may be shutting down');
    case 'silent':
      return new ConnectFailure(
        `${address} took the HTTP/2 preface and did not answer with settings${cause === undefined ? '' : ` (${cause})`}`,
        'is this a gRPC port?',
      );
  }
}

function http2Failure(
  target: Target,
  goaway: { readonly code: number; readonly debug: string } | undefined,
  cause: string | undefined,
): ConnectFailure {
  if (goaway !== undefined) {
    const debug = goaway.debug === '' ? '' : `: "${visible(goaway.debug)}"`;
    return new ConnectFailure(
      `${target.address} refused the connection with GOAWAY ${h2CodeName(goaway.code)}${debug}`,
      'the server may be shutting down or overloaded',
    );
  }
  const why = cause === undefined ? 'the connection was closed' : `HTTP/2 protocol error, ${cause}`;
  return new ConnectFailure(`the HTTP/2 connection to ${target.address} could not be set up: ${why}`);
}

/** The failure of plaintext against a TLS port. */
export function speaksTls(target: Target): ConnectFailure {
  return new ConnectFailure(
    `${target.address} speaks TLS, and the connection was made without TLS`,
    'leave out --plaintext, or say --tls (or grpcs://)',
  );
}

/** The failure of TLS against a port that does not speak it, given what it answers in plaintext. */
export function notTlsFailure(target: Target, answer: Answer, tlsMessage: string): ConnectFailure {
  const { address } = target;
  switch (answer.kind) {
    case 'http2':
      return new ConnectFailure(`${address} does not speak TLS: it is a plaintext HTTP/2 server`, 'use --plaintext');
    case 'http1':
      return new ConnectFailure(
        `${address} speaks neither TLS nor HTTP/2: it answered ${quoteBytes(answer.bytes)}`,
        'this is an HTTP/1.1 server; gRPC needs HTTP/2, often on another port',
      );
    case 'text':
    case 'garbage':
      return new ConnectFailure(
        `${address} does not speak TLS: it answered ${quoteBytes(answer.bytes)}`,
        'is this the right port?',
      );
    default:
      return new ConnectFailure(tlsMessage, 'does the server speak TLS? for a server without TLS use --plaintext');
  }
}

/** TLS without HTTP/2; `alpn` is what the peer agrees to when HTTP/1.1 is offered as well. */
export function alpnFailure(target: Target, alpn: string | undefined): ConnectFailure {
  const offers = alpn === undefined ? 'it uses no ALPN at all' : `it offers only ${visible(alpn, 40)}`;
  return new ConnectFailure(
    `${target.address} speaks TLS but not HTTP/2: ALPN failed, ${offers}`,
    'gRPC needs HTTP/2; is this a web server, or a proxy with HTTP/2 switched off?',
  );
}
