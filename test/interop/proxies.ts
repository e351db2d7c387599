// nginx and HAProxy with settings made for a test: ports of loopback, all files in a folder of their own, no root.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temp.ts';
import { type RunningPeer, startPeer } from './peer-process.ts';
import { installed } from './peers.ts';
import { restPeer, type Upstream } from './rest-peers.ts';

/** The programs, where they are installed. */
export const nginx = installed('nginx');
export const haproxy = installed('haproxy');

/** A proxy under way. */
export interface RunningProxy extends RunningPeer {
  /** Makes it read its settings again: the processes that have connections end when those do. */
  reload(): void;
}

/** PEM files; a certificate with its key behind it in one file is what HAProxy reads. */
export interface ProxyTls {
  readonly cert: string;
  readonly key: string;
  readonly both: string;
}

/** What differs between the nginx of two tests. */
export interface NginxOptions {
  /** Behind the port in `listen`: ` http2` (the default) or nothing for HTTP/1.1. */
  readonly speaks?: string;
  readonly tls?: ProxyTls | undefined;
  /** Directives of the server. */
  readonly server?: string;
  /** Locations; by default everything goes to the gRPC server. */
  readonly locations?: string;
}

/** What stands between a client and a gRPC server. */
export interface Proxy {
  readonly name: string;
  /** How to get it. */
  readonly get: string;
  /** Undefined when it is not there. */
  readonly start: ((upstream: Upstream, tls?: ProxyTls) => Promise<RunningProxy>) | undefined;
  /** What is said when the server behind it is down. */
  readonly down: RegExp;
  /** It reads its settings again while it runs, and is tried with TLS. */
  readonly reloads: boolean;
}

const withoutReload = (start: (upstream: Upstream) => Promise<RunningPeer>) => async (upstream: Upstream) => ({
  ...(await start(upstream)),
  reload: () => {},
});
const envoy = restPeer('Envoy');
const connect = restPeer('connect-go');

/** All of them; connect-go's server is a gRPC implementation of its own. */
export const proxies: readonly Proxy[] = [
  {
    name: 'nginx',
    get: 'apt-get install nginx-light',
    start: nginx === undefined ? undefined : ({ address }, tls) => startNginx(address, { tls }),
    down: /502/,
    reloads: true,
  },
  {
    name: 'HAProxy',
    get: 'apt-get install haproxy',
    start: haproxy === undefined ? undefined : ({ address }, tls) => startHaproxy(address, { tls }),
    down: /503/,
    reloads: true,
  },
  {
    name: 'Envoy',
    get: 'test/interop/peers/build.sh envoy',
    start: envoy && withoutReload(envoy),
    down: /upstream connect error/,
    reloads: false,
  },
  {
    name: 'connect-go',
    get: 'test/interop/peers/build.sh connect',
    start: connect && withoutReload(connect),
    down: /connection refused/,
    reloads: false,
  },
];

/** Starts nginx before `upstream`. */
export async function startNginx(upstream: string, options: NginxOptions = {}): Promise<RunningProxy> {
  const folder = temporaryFolder();
  const settings = join(folder, 'nginx.conf');
  const { speaks = ' http2', tls, server = '', locations = 'location / { grpc_pass grpc://upstream; }' } = options;
  const secure = tls ? `ssl_certificate ${tls.cert}; ssl_certificate_key ${tls.key};` : '';
  const peer = await startPeer((port) => {
    writeFileSync(
      settings,
      `daemon off; pid ${folder}/pid; error_log stderr warn; worker_processes 1; ${asRoot()}
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  upstream upstream { server ${upstream}; keepalive 8; }
  server { listen 127.0.0.1:${port}${tls ? ' ssl' : ''}${speaks}; ${secure} ${server} ${locations} }
}
`,
    );
    return [nginx as string, '-p', folder, '-e', 'stderr', '-c', settings];
  });
  return { ...peer, stop: () => peer.stop('SIGTERM'), reload: () => peer.child.kill('SIGHUP') };
}

/** Workers of root's nginx would run as nobody, who may not read the folder. */
function asRoot(): string {
  return process.getuid?.() === 0 ? 'user root;' : '';
}

/** What differs between the HAProxy of two tests. */
export interface HaproxyOptions {
  readonly tls?: ProxyTls | undefined;
  /** A line of the defaults section. */
  readonly defaults?: string;
  /** A line of the frontend. */
  readonly rule?: string;
}

/** Starts HAProxy, master and worker, before `upstream`. */
export async function startHaproxy(upstream: string, options: HaproxyOptions = {}): Promise<RunningProxy> {
  const settings = join(temporaryFolder(), 'haproxy.cfg');
  const { tls, defaults = 'timeout server 20s', rule = '' } = options;
  const peer = await startPeer((port) => {
    const how = tls ? `ssl crt ${tls.both} alpn h2` : 'proto h2';
    writeFileSync(
      settings,
      `global
  hard-stop-after 20s
defaults
  mode http
  retries 0
  timeout connect 1s
  timeout client 20s
  ${defaults}
frontend front
  bind 127.0.0.1:${port} ${how}
  ${rule}
  default_backend back
backend back
  server one ${upstream} proto h2
`,
    );
    return [haproxy as string, '-W', '-f', settings];
  });
  return { ...peer, stop: () => peer.stop('SIGTERM'), reload: () => peer.child.kill('SIGUSR2') };
}
