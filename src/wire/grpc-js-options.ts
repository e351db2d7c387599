// What a target and our options are in grpc-js's words, and what of its own options may be given besides.
import type { ChannelOptions } from '@grpc/grpc-js';
import { UserError } from '../errors.ts';
import type { GrpcJsOptions } from './grpc-js-channel.ts';
import { readServiceConfig } from './grpc-js-service-config.ts';
import { parseProxy } from './proxy.ts';
import type { StartOptions } from './stream.ts';
import type { Target } from './target.ts';

/** Options that a flag of ours sets, with that flag. */
const ownFlags = new Map([
  ['grpc.ssl_target_name_override', '--servername'],
  ['grpc.default_authority', '--authority'],
  ['grpc.service_config', '--service-config'],
  ['grpc.http_connect_target', 'HTTPS_PROXY'],
  ['grpc.http_connect_creds', 'HTTPS_PROXY'],
  ['grpc.primary_user_agent', '--user-agent'],
  ['grpc.default_compression_algorithm', '--compress'],
]);

/** The options of grpc-js 1.14 that mean something to a client. */
const known = new Set(
  (
    'grpc.keepalive_time_ms grpc.keepalive_timeout_ms grpc.keepalive_permit_without_calls grpc.max_concurrent_streams ' +
    'grpc.initial_reconnect_backoff_ms grpc.max_reconnect_backoff_ms grpc.use_local_subchannel_pool ' +
    'grpc.max_send_message_length grpc.max_receive_message_length grpc.enable_http_proxy grpc.enable_channelz ' +
    'grpc.dns_min_time_between_resolutions_ms grpc.enable_retries grpc.per_rpc_retry_buffer_size ' +
    'grpc.retry_buffer_size grpc.service_config_disable_resolution grpc.client_idle_timeout_ms ' +
    'grpc.secondary_user_agent grpc.lb.ring_hash.ring_size_cap grpc-node.max_session_memory ' +
    'grpc-node.tls_enable_trace grpc-node.retry_max_attempts_limit grpc-node.flow_control_window'
  ).split(' '),
);

/** The options of a grpc-js client, and what it is to connect to where that is a proxy. */
export interface ClientSettings {
  readonly options: ChannelOptions;
  readonly proxyName: string | undefined;
}

/** The target as grpc-js names it. */
export function targetName({ endpoint }: Target): string {
  return 'socketPath' in endpoint ? `unix:${endpoint.socketPath}` : `dns:${hostPort(endpoint)}`;
}

function hostPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * The options for calls to a target.
 * @throws UserError(2) for a channel option that grpc-js does not know or a flag sets, and as readServiceConfig does
 */
export function channelOptionsOf(
  target: Target,
  given: GrpcJsOptions,
  compress: StartOptions['compress'],
): ClientSettings {
  const { keepaliveTimeMs, maxMessageBytes, serviceConfig } = given;
  const proxy = given.proxy === undefined ? undefined : parseProxy(given.proxy);
  const limits = given.channelOptions ?? new Map<string, string | number>();
  for (const name of limits.keys()) checkName(name);
  const options: ChannelOptions = {
    'grpc.default_authority': target.authority,
    'grpc.primary_user_agent': given.userAgent ?? 'grepl',
    // A pool of its own, so that connections end with the channel.
    'grpc.use_local_subchannel_pool': 1,
    ...(target.tls.serverName === undefined ? {} : { 'grpc.ssl_target_name_override': target.tls.serverName }),
    ...(keepaliveTimeMs === undefined
      ? {}
      : { 'grpc.keepalive_time_ms': keepaliveTimeMs, 'grpc.keepalive_timeout_ms': keepaliveTimeMs }),
    ...(maxMessageBytes === undefined ? {} : { 'grpc.max_receive_message_length': maxMessageBytes }),
    ...(compress === 'gzip' ? { 'grpc.default_compression_algorithm': 2 } : {}),
    ...(proxy === undefined ? {} : { 'grpc.http_connect_target': targetName(target), 'grpc.enable_http_proxy': 0 }),
    ...(proxy?.auth === undefined ? {} : { 'grpc.http_connect_creds': credentialsIn(proxy.auth) }),
    ...Object.fromEntries(limits),
  };
  if (serviceConfig !== undefined)
    options['grpc.service_config'] = readServiceConfig(serviceConfig, limits, given.say ?? (() => {}));
  return { options, proxyName: proxy && `dns:${hostPort(proxy)}` };
}

/** `USER:PASSWORD` of a Basic authorization. */
function credentialsIn(auth: string): string {
  return Buffer.from(auth.replace(/^Basic /, ''), 'base64').toString();
}

function checkName(name: string): void {
  const flag = ownFlags.get(name);
  if (flag !== undefined)
    throw new UserError(2, `--channel-option ${name} has a flag of its own`, { hint: `use ${flag}` });
  if (known.has(name)) return;
  const words = new Set(name.split(/[._]/).filter((word) => word.length > 3));
  const near = [...known].filter((one) => one.split(/[._]/).some((word) => words.has(word)));
  throw new UserError(2, `--channel-option: grpc-js has no option ${JSON.stringify(name)}`, {
    hint: `it has ${(near.length > 0 ? near : [...known]).join(', ')}`,
  });
}
