// Programs that serve a gRPC server over REST, made by others; peers/build.sh gets them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RestDialect } from '../../src/rest/rest.ts';
import { type RunningPeer, startPeer } from './peer-process.ts';
import { built } from './peers.ts';

/** A gRPC server that is to be served over REST. */
export interface Upstream {
  /** `127.0.0.1:PORT`, in plaintext. */
  readonly address: string;
  /** A file with its descriptor set. */
  readonly set: string;
  readonly services: readonly string[];
  /** Takes settings and the like. */
  readonly folder: string;
}

/** One such program. */
export interface RestPeer {
  readonly name: string;
  /** The part of peers/build.sh that makes it. */
  readonly part: string;
  readonly dialect: RestDialect;
  /** Starts it before a gRPC server; undefined when it is not there. grpc-gateway serves the demo only. */
  readonly start: ((upstream: Upstream) => Promise<RunningPeer>) | undefined;
}

/** A peer of this name, or undefined when it is not there. */
export function restPeer(name: string): RestPeer['start'] {
  return restPeers.find((peer) => peer.name === name)?.start;
}

const gateway = built('gateway', 'gateway');
const connect = built('connect', 'connect');
const envoy = built('envoy', 'bin', 'envoy');

/** All of them. */
export const restPeers: readonly RestPeer[] = [
  {
    name: 'grpc-gateway',
    part: 'gateway',
    dialect: 'gateway',
    start: gateway === undefined ? undefined : ({ address }) => startPeer((port) => [gateway, String(port), address]),
  },
  {
    name: 'Envoy',
    part: 'envoy',
    dialect: 'envoy',
    start: envoy === undefined ? undefined : (upstream) => startEnvoy(envoy, upstream),
  },
  {
    name: 'connect-go',
    part: 'connect',
    dialect: 'connect',
    start:
      connect === undefined
        ? undefined
        : ({ address, set }) => startPeer((port) => [connect, String(port), address, set]),
  },
];

function startEnvoy(program: string, upstream: Upstream): Promise<RunningPeer> {
  return startPeer((port) => {
    const path = join(upstream.folder, 'envoy.json');
    writeFileSync(path, JSON.stringify(envoySettings(port, upstream)));
    return [program, '-c', path, '--log-level', 'error', '--concurrency', '1', '--use-dynamic-base-id'];
  });
}

/** Envoy with its transcoder: routes of google.api.http, else `POST /pkg.Svc/Method`. Without services gRPC passes as it is. */
function envoySettings(port: number, upstream: Upstream): object {
  const [host, upstreamPort] = upstream.address.split(':');
  const typed = (name: string, more: object = {}) => ({
    '@type': `type.googleapis.com/envoy.extensions.${name}`,
    ...more,
  });
  const address = (of: string, number: number) => ({ socket_address: { address: of, port_value: number } });
  const transcoder = typed('filters.http.grpc_json_transcoder.v3.GrpcJsonTranscoder', {
    proto_descriptor: upstream.set,
    services: upstream.services,
    auto_mapping: true,
    convert_grpc_status: true,
    print_options: { preserve_proto_field_names: false },
  });
  const manager = typed('filters.network.http_connection_manager.v3.HttpConnectionManager', {
    stat_prefix: 'in',
    codec_type: 'AUTO',
    route_config: {
      virtual_hosts: [
        { name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, route: { cluster: 'grpc' } }] },
      ],
    },
    http_filters: [
      ...(upstream.services.length > 0 ? [{ name: 'transcoder', typed_config: transcoder }] : []),
      { name: 'router', typed_config: typed('filters.http.router.v3.Router') },
    ],
  });
  const http2 = typed('upstreams.http.v3.HttpProtocolOptions', {
    explicit_http_config: { http2_protocol_options: {} },
  });
  return {
    static_resources: {
      listeners: [
        {
          address: address('127.0.0.1', port),
          filter_chains: [{ filters: [{ name: 'http', typed_config: manager }] }],
        },
      ],
      clusters: [
        {
          name: 'grpc',
          typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': http2 },
          load_assignment: {
            cluster_name: 'grpc',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: address(host as string, Number(upstreamPort)) } }] }],
          },
        },
      ],
    },
  };
}
