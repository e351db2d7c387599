// A gateway in front of the demo, or of any other server, and the few ways in which tests talk to it.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { detailDocuments } from '../../src/commands/details.ts';
import { type Demo, startDemo } from '../../src/demo/server.ts';
import { type GatewayOptions, startGateway } from '../../src/gateway/gateway.ts';
import { openRestRules } from '../../src/rest/route.ts';
import { loadSchema } from '../../src/schema/load.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openChannel } from '../../src/wire/channel.ts';
import { parseTarget } from '../../src/wire/target.ts';

export interface TestGateway {
  readonly url: string;
  readonly port: number;
  readonly lines: string[];
  readonly schema: Schema;
  close(): Promise<void>;
}

/** A gateway before `address`; the schema is the server's own unless one is given. */
export async function gatewayTo(
  address: string,
  options: Partial<GatewayOptions> & { readonly deadlineMs?: number } = {},
): Promise<TestGateway> {
  const target = parseTarget(address, { plaintext: true });
  const channel = openChannel(target);
  const signal = new AbortController().signal;
  const schema =
    options.schema ??
    (await loadSchema({
      protoFiles: [],
      importPaths: [],
      protosets: [],
      reflect: undefined,
      channel: () => channel,
      metadata: [],
      signal,
    }));
  const lines: string[] = [];
  const gateway = await startGateway({
    schema,
    channel,
    target,
    rules: openRestRules({ style: 'auto' }),
    dialect: 'google',
    listen: { host: '127.0.0.1', port: 0 },
    baseMetadata: [],
    allowRemote: false,
    decodeDetails: (status) => detailDocuments(status, schema),
    log: (line) => lines.push(line),
    signal,
    ...options,
  });
  return {
    url: gateway.url,
    port: Number(new URL(gateway.url).port),
    lines,
    schema,
    close: async () => {
      await gateway.close();
      channel.close();
    },
  };
}

/** The demo with a gateway before it. */
export async function gatewayToDemo(
  options: Partial<GatewayOptions> = {},
): Promise<TestGateway & { readonly demo: Demo }> {
  const demo = await startDemo({ host: '127.0.0.1', port: 0 });
  const gateway = await gatewayTo(demo.address, options);
  return {
    ...gateway,
    demo,
    close: async () => {
      await gateway.close();
      await demo.close(0);
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly trailers: NodeJS.Dict<string>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of it
  readonly json: any;
  /** False when the connection ended before the body did. */
  readonly complete: boolean;
}

/** One request with exactly this path and these headers, as fetch would not send it. */
export function ask(
  url: string,
  path: string,
  options: { method?: string; headers?: http.OutgoingHttpHeaders; body?: string | Uint8Array } = {},
): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const body = options.body;
    const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...options.headers };
    const request = http.request({
      hostname,
      port,
      path,
      method: options.method ?? 'GET',
      headers,
      agent: false,
      maxHeaderSize: 1 << 20,
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      const finish = () => {
        const text = Buffer.concat(chunks).toString();
        const { headers, trailers, complete } = response;
        resolve({ status: response.statusCode!, headers, trailers, text, json: parsed(text), complete });
      };
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', finish);
      response.on('error', finish);
    });
    request.end(body);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Sends bytes on a bare socket and resolves to everything that came back once the server hangs up. */
export function raw(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(text));
    socket.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNRESET' ? resolve(text) : reject(error)));
  });
}

export const curlPath = '/usr/bin/curl';
export const noCurl = existsSync(curlPath) ? undefined : 'needs /usr/bin/curl';

/** Runs curl with these words; resolves to its output and exit code. */
export function curl(words: readonly string[]): Promise<{ out: string; exit: number }> {
  return new Promise((resolve) => {
    execFile(curlPath, ['-sS', '--max-time', '20', ...words], { maxBuffer: 64 << 20 }, (error, out) =>
      resolve({ out, exit: typeof error?.code === 'number' ? error.code : 0 }),
    );
  });
}
