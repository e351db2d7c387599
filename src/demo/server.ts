// The demo server: every example service with health and reflection on one port, over grpc-js.
// It shares no code with the rest of the program, so that tests against it never judge our own work by itself.
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { loadExamples } from './examples.ts';
import { makeHealth } from './health-service.ts';
import { inferenceService } from './inference-service.ts';
import { echoingBytes, kindsService } from './kinds-service.ts';
import { libraryService } from './library-service.ts';
import { orderService } from './order-service.ts';
import { paymentService } from './payment-service.ts';
import { reflectionService } from './reflection-service.ts';
import { type Handlers, type Shared, serve } from './serve.ts';
import { userService } from './user-service.ts';
import { usersService } from './users-service.ts';

/** How to run the demo. */
export interface DemoOptions {
  /** An address of this machine, or a name of one; IPv6 without brackets. */
  host: string;
  /** 0: any free port. */
  port: number;
  /** Refuse calls to the example services without an `authorization` header; health and reflection stay open. */
  requireToken?: boolean | undefined;
  /** The present moment in milliseconds since 1970; for answers that are the same on every run. */
  clock?: (() => number) | undefined;
  /** PEM texts; without them the server speaks plaintext. With `clientCa`, clients must show a certificate. */
  tls?: { cert: string; key: string; clientCa?: string | undefined } | undefined;
}

/** The address cannot be listened on; the message is for the user and names it. */
export class ListenError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ListenError';
  }
}

/** A demo that listens. */
export interface Demo {
  /** host:port, with the port that was really taken. */
  address: string;
  /** Takes no new calls, waits at most so many milliseconds for those under way, then cuts them off. */
  close(graceMs: number): Promise<void>;
}

/** Starts the demo; resolves once it listens. Throws a ListenError if the address cannot be used. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const examples = loadExamples();
  const services = exampleServices();
  const health = makeHealth([...services.keys()]);
  let requests = 0;
  const shared: Shared = {
    examples,
    clock: options.clock ?? Date.now,
    requireToken: options.requireToken ?? false,
    nextRequestId: () => `demo-${++requests}`,
  };
  // No limit to what comes in: a client is to be tried with messages of any size.
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  const add = (name: string, handlers: Handlers, requireToken: boolean) => {
    const definition = name === 'kinds.v1.KindsService' ? echoingBytes(examples.service(name)) : examples.service(name);
    server.addService(definition, serve(definition, handlers, { ...shared, requireToken }));
  };
  for (const [name, handlers] of services) add(name, handlers, shared.requireToken);
  add('grpc.health.v1.Health', health.handlers, false);
  const reflection = reflectionService(examples.files);
  add('grpc.reflection.v1.ServerReflection', reflection, false);
  add('grpc.reflection.v1alpha.ServerReflection', reflection, false);
  const address = await listen(server, options);
  return {
    address,
    close: (graceMs) => {
      health.stop();
      return shutDown(server, graceMs);
    },
  };
}

function exampleServices(): Map<string, Handlers> {
  return new Map([
    ['inference.v1.InferenceService', inferenceService()],
    ['kinds.v1.KindsService', kindsService()],
    ['library.v1.LibraryService', libraryService()],
    ['orders.OrderService', orderService()],
    ['payments.v1.PaymentService', paymentService()],
    ['users.UserService', usersService()],
    ['userservice.v1.UserService', userService()],
  ]);
}

function listen(server: Server, { host, port, tls }: DemoOptions): Promise<string> {
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return new Promise((resolve, reject) => {
    server.bindAsync(`${shownHost}:${port}`, credentialsFor(tls), (error, taken) => {
      if (error) reject(new ListenError(`cannot listen on ${shownHost}:${port}: ${reasonOf(error)}`));
      else resolve(`${shownHost}:${taken}`);
    });
  });
}

// grpc-js says "No address added out of total 1 resolved errors: [listen EADDRINUSE: address already in use …]".
function reasonOf(error: Error): string {
  return /\b(E[A-Z]+: [a-z ]+)/.exec(error.message)?.[1]?.trim() ?? error.message;
}

function credentialsFor(tls: DemoOptions['tls']): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const pair = { cert_chain: Buffer.from(tls.cert), private_key: Buffer.from(tls.key) };
  const clientCa = tls.clientCa === undefined ? null : Buffer.from(tls.clientCa);
  return ServerCredentials.createSsl(clientCa, [pair], clientCa !== null);
}

function shutDown(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), graceMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
