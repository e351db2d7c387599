// What both kinds of answer share: the call itself, and what can be wrong with its messages.
import type { DescMethod } from '@bufbuild/protobuf';
import { MessageError } from '../codec/json-printer.ts';
import { call } from '../rpc/call.ts';
import type { CallEvent } from '../rpc/event.ts';
import { clientStatus, codes, type Status } from '../wire/status.ts';
import type { Exchange } from './exchange.ts';
import { statusOfError } from './refusal.ts';

/** The messages of a request, however many. */
export type Requests = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Makes the call that an exchange is; see `call`. */
export function startCall(exchange: Exchange, requests: Requests): AsyncGenerator<CallEvent> {
  const { gateway, served, metadata, deadlineMs, signal } = exchange;
  return call(gateway.channel, served.method, requests, { target: gateway.target, metadata, deadlineMs, signal });
}

/** A response that the schema cannot read, or a request that went wrong once the answer had begun, as a status. */
export function undecodable(error: unknown, method: DescMethod, number: number): Status {
  if (error instanceof MessageError) {
    const type = method.output.typeName;
    return clientStatus(codes.INTERNAL, `response message ${number} cannot be read as ${type}: ${error.message}`);
  }
  return statusOfError(error);
}
