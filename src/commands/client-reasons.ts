// Why grpc-js makes something else of a call, in a sentence each: what is known of the library, and how a program changes it.
import type { DescMethod } from '@bufbuild/protobuf';
import { count, humanTime } from '../render/units.ts';
import { streamsResponses } from '../schema/method-kind.ts';
import type { Metadata } from '../wire/metadata.ts';
import { codeName, codes } from '../wire/status.ts';
import type { ClientAnswer } from './client-differences.ts';

/** The call that was made. */
export interface ComparedCall {
  readonly method: DescMethod;
  /** A service config was given. */
  readonly hasConfig: boolean;
  /** As sent. */
  readonly metadata: Metadata;
}

type Reason = (native: ClientAnswer, grpcJs: ClientAnswer, call: ComparedCall) => string | undefined;

const reasons: readonly Reason[] = [
  ({ count: received }, _, { method }) => {
    if (streamsResponses(method) || received < 2) return undefined;
    return (
      `the server sends ${received} messages where one is due: the call of a program on grpc-js never completes then, or ` +
      'with its deadline (here its stream API is used, which ends)'
    );
  },
  (native, grpcJs) => {
    const lost = native.count - grpcJs.count;
    if (lost <= 0 || grpcJs.status.code === codes.OK || grpcJs.status.origin === 'client') return undefined;
    return `grpc-js tells an error as soon as it is known and drops what it has not handed over by then: ${count(lost, 'message')} of ${native.count}`;
  },
  (native, { status }) => {
    const [, limit] = /^Received message .* (\d+)\)?$/.exec(status.message) ?? [];
    if (native.status.code !== codes.OK || limit === undefined) return undefined;
    return Number(limit) === 4 * 1024 * 1024
      ? 'grpc-js has a limit of 4 MiB for a received message unless it is given grpc.max_receive_message_length'
      : `grpc-js was given a limit of ${limit} bytes for a received message`;
  },
  ({ status }, { status: other }, { hasConfig }) => {
    if (!hasConfig || other.code !== codes.OK || status.code === codes.OK) return undefined;
    return `the service config may have made grpc-js try again after ${codeName(status.code)}; the native client makes one attempt (--retry N makes more)`;
  },
  (native, { status, ms }) => {
    if (!/^the time limit was exceeded/.test(status.message)) return undefined;
    return `grpc-js was still waiting after ${humanTime(ms)}, where the native client had its answer after ${humanTime(native.ms)}: without a deadline a program waits for ever`;
  },
  ({ status }, { status: other }, { hasConfig }) => {
    const late = codes.DEADLINE_EXCEEDED;
    if (!hasConfig || other.code !== late || other.origin !== 'client' || status.code === late) return undefined;
    return 'the service config may set a timeout; the native client takes --deadline alone';
  },
  ({ status }, { status: other }) => {
    if (status.code !== codes.OK || !/^No connection|^Name resolution failed/.test(other.message)) return undefined;
    return 'grpc-js takes http_proxy, https_proxy, grpc_proxy and no_proxy from the environment, for plaintext too, and its own resolver';
  },
  (_, { status }) => {
    if (!/^Bandwidth exhausted/.test(status.message)) return undefined;
    return 'grpc-js takes 128 header lines at most (node:http2 does), the native client 10000';
  },
  (native, { status }) => {
    const { found } = native.status;
    if (found?.kind !== 'not-grpc' || status.origin !== 'client') return undefined;
    return 'what answers is no gRPC server: grpc-js reads its page as messages, or keeps no more than the HTTP status';
  },
  (_, __, { metadata }) => {
    if (!metadata.some(([name]) => name === 'user-agent')) return undefined;
    return 'grpc-js sends a user agent of its own and drops the one in the metadata: --user-agent is put in front of it';
  },
];

/** What is known of why the two differ, or will in a program; empty where there is nothing to say. */
export function clientReasons(native: ClientAnswer, grpcJs: ClientAnswer, call: ComparedCall): string[] {
  return reasons.map((reason) => reason(native, grpcJs, call)).filter((text) => text !== undefined);
}
