// The flags of the connection as a target, and as a channel to it through either client.
import type { Io } from '../io.ts';
import { type ChannelOptions, openChannel, proxyFor } from '../wire/channel.ts';
import { openGrpcJsChannel } from '../wire/grpc-js-channel.ts';
import type { Channel } from '../wire/stream.ts';
import { parseTarget, type Target } from '../wire/target.ts';
import { type Client, grpcJsFlags } from './client-flags.ts';
import type { Flags } from './flags.ts';
import type { Grammar } from './parse.ts';

/** The target that an address and the flags name. Throws UserError 2 for a bad address or contradicting flags. */
export function targetFrom(address: string, flags: Flags): Target {
  return parseTarget(address, {
    plaintext: flags.bool('plaintext'),
    tls: flags.bool('tls'),
    unix: flags.bool('unix'),
    insecure: flags.bool('insecure'),
    ...optional('authority', flags.text('authority')),
    ...optional('caFile', flags.text('cacert')),
    ...optional('certFile', flags.text('cert')),
    ...optional('keyFile', flags.text('key')),
    ...optional('serverName', flags.text('servername')),
  });
}

/** Opens a channel; nothing is sent before its first call. Throws UserError 2 as openChannel and grpcJsFlags do. */
export function openClientChannel(
  client: Client,
  target: Target,
  flags: Flags,
  io: Io,
  { grammar, say }: { readonly grammar: Grammar; readonly say: (line: string) => void },
): Channel {
  const options = channelOptions(target, flags, io, grammar, say);
  if (client === 'native') return openChannel(target, options);
  if ((flags.number('verbose') ?? 0) > 0) say(hiddenByGrpcJs);
  return openGrpcJsChannel(target, { ...options, ...grpcJsFlags(flags, io) });
}

const hiddenByGrpcJs =
  'client  grpc-js: the HTTP status, the phases of connecting, and what messages are on the wire are not known through it';

function channelOptions(
  target: Target,
  flags: Flags,
  io: Io,
  grammar: Grammar,
  say: (line: string) => void,
): ChannelOptions {
  // grpcurl's -vv shows sizes and times, not frames.
  const trace = (flags.number('verbose') ?? 0) > 1 && grammar === 'grepl' ? say : undefined;
  return {
    say,
    ...optional('trace', trace),
    ...optional('connectTimeoutMs', flags.number('connect-timeout')),
    ...optional('keepaliveTimeMs', flags.number('keepalive-time')),
    ...optional('maxMessageBytes', flags.number('max-message')),
    ...optional('userAgent', flags.text('user-agent')),
    ...optional('proxy', proxyFor(target, io.env)),
    ...optional('keylog', io.env.SSLKEYLOGFILE),
  };
}

/** `{ [key]: value }`, or nothing when the value is undefined: optional properties are absent, not undefined. */
function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}
