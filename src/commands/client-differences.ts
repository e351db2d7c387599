// What two clients made of the same call, place by place: what only a client can cause counts, what a server may well
// answer differently when it is asked twice does not.
import { isDeepStrictEqual } from 'node:util';
import type { ClientDifference, ClientSide } from '../render/clients.ts';
import type { Metadata } from '../wire/metadata.ts';
import { codeName, codes, type Status } from '../wire/status.ts';

/** All that came of a call through one client. */
export interface ClientAnswer extends ClientSide {
  /** Without what grpc-js hides, as the trailers; undefined where none came before them. */
  readonly headers: Metadata | undefined;
  readonly trailers: Metadata;
  /** The responses, or as many as are kept. */
  readonly messages: readonly Uint8Array[];
}

/** grpc-js keeps these to itself. */
const hiddenByGrpcJs = new Set(['grpc-encoding', 'grpc-accept-encoding']);

/** Metadata without what only the native client shows. */
export function shownByBoth(metadata: Metadata): Metadata {
  return metadata.filter(([name]) => !hiddenByGrpcJs.has(name));
}

/** Whether the clients made different things of the call. */
export function differs(differences: readonly ClientDifference[]): boolean {
  return differences.some(({ counts }) => counts);
}

/** The differences in the order of an answer: status, messages, headers, trailers. Times are none. */
export function clientDifferences(native: ClientAnswer, grpcJs: ClientAnswer): ClientDifference[] {
  return [
    ...statusDifferences(native, grpcJs),
    ...messageDifferences(native, grpcJs),
    ...metadataDifferences('header', native.headers, grpcJs.headers),
    ...metadataDifferences('trailer', native.trailers, grpcJs.trailers),
  ];
}

function statusDifferences(native: ClientAnswer, grpcJs: ClientAnswer): ClientDifference[] {
  const [one, other] = [native.status, grpcJs.status];
  const found: ClientDifference[] = [];
  const add = (what: string, left: unknown, right: unknown, counts: boolean): void => {
    if (!isDeepStrictEqual(left, right)) found.push({ what, native: left, grpcJs: right, counts });
  };
  add('status', codeName(one.code), codeName(other.code), true);
  if (one.code === codes.OK && other.code === codes.OK) return found;
  // Who says so is worth a word where both say the same.
  if (one.code === other.code) add('origin', one.origin, other.origin, true);
  // The words of a client are its own.
  if (one.origin === 'client' || other.origin === 'client') return found;
  add('message', one.message, other.message, one.code === other.code);
  add('details', native.details, grpcJs.details, native.details.length !== grpcJs.details.length);
  return found;
}

function messageDifferences(native: ClientAnswer, grpcJs: ClientAnswer): ClientDifference[] {
  const found: ClientDifference[] = [];
  if (native.count !== grpcJs.count) {
    const counts = !(isCutHere(native.status) && isCutHere(grpcJs.status));
    found.push({ what: 'messages', native: native.count, grpcJs: grpcJs.count, counts });
  }
  const first = native.messages.findIndex((bytes, at) => {
    const other = grpcJs.messages[at];
    return other !== undefined && Buffer.compare(bytes, other) !== 0;
  });
  const sizeAt = (messages: readonly Uint8Array[]) => `${messages[first]?.length ?? 0} bytes`;
  if (first >= 0) {
    const sides = { native: sizeAt(native.messages), grpcJs: sizeAt(grpcJs.messages) };
    found.push({ what: `message ${first + 1}`, ...sides, counts: false });
  }
  return found;
}

/** How far a stream had come when the client ended it is chance. */
function isCutHere({ code, origin }: Status): boolean {
  return origin === 'client' && (code === codes.DEADLINE_EXCEEDED || code === codes.CANCELLED);
}

function metadataDifferences(
  what: 'header' | 'trailer',
  native: Metadata = [],
  grpcJs: Metadata = [],
): ClientDifference[] {
  const [one, other] = [joined(native), joined(grpcJs)];
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((name): ClientDifference[] => {
    const [left, right] = [one.get(name), other.get(name)];
    if (left === right || name === 'date') return [];
    const counts = left === undefined || right === undefined;
    return [{ what: `${what} ${name}`, native: left, grpcJs: right, counts }];
  });
}

/** Values of one name are joined by grpc-js, so here too. */
function joined(metadata: Metadata): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of metadata) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return values;
}
