// How the demo ends a call with an error: a status with google.rpc details, as a careful service sends it.
// The details travel as a serialized google.rpc.Status in the trailer grpc-status-details-bin.
import { type Metadata, status } from '@grpc/grpc-js';
import type { Examples } from './examples.ts';

/** One detail: the full name of a message of google/rpc/error_details.proto and its content. */
export type Detail = readonly [fullName: string, content: object];

/** A detail that is serialized already, as google.protobuf.Any has it. */
export interface PackedDetail {
  typeUrl: string;
  value: Uint8Array;
}

/** The end of a call with a status other than OK; thrown by handlers. */
export class Failure extends Error {
  readonly code: number;
  readonly details: readonly (Detail | PackedDetail)[];

  constructor(code: number, message: string, details: readonly (Detail | PackedDetail)[] = []) {
    super(message);
    this.name = 'Failure';
    this.code = code;
    this.details = details;
  }
}

/** NOT_FOUND with a ResourceInfo. */
export function notFound(resourceType: string, resourceName: string): Failure {
  const description = `there is no ${resourceType} with this name`;
  return new Failure(status.NOT_FOUND, `${resourceType} ${JSON.stringify(resourceName)} not found`, [
    ['google.rpc.ResourceInfo', { resourceType, resourceName, description }],
  ]);
}

/** ALREADY_EXISTS with a ResourceInfo. */
export function alreadyExists(resourceType: string, resourceName: string): Failure {
  const description = 'the name is taken';
  return new Failure(status.ALREADY_EXISTS, `${resourceType} ${JSON.stringify(resourceName)} already exists`, [
    ['google.rpc.ResourceInfo', { resourceType, resourceName, description }],
  ]);
}

/** A failure with an ErrorInfo: a reason in capitals for programs to act on, and what it is about. */
export function failureWithInfo(
  code: number,
  message: string,
  reason: string,
  metadata: Record<string, string> = {},
): Failure {
  return new Failure(code, message, [['google.rpc.ErrorInfo', { reason, domain: 'grepl.example', metadata }]]);
}

/** A field that is wrong, and why: the path with the names of the .proto file. */
export type Violation = readonly [field: string, description: string];

/** Throws INVALID_ARGUMENT with a BadRequest that names every field at fault; does nothing if there is none. */
export function rejectViolations(violations: readonly Violation[]): void {
  const [first] = violations;
  if (first === undefined) return;
  const fieldViolations = violations.map(([field, description]) => ({ field, description }));
  throw new Failure(status.INVALID_ARGUMENT, `${first[0]}: ${first[1]}`, [
    ['google.rpc.BadRequest', { fieldViolations }],
  ]);
}

/** Adds the details of a failure to the trailers, if it has any. */
export function addDetails(trailers: Metadata, failure: Failure, examples: Examples): void {
  if (failure.details.length === 0) return;
  const details = failure.details.map((detail) => ('typeUrl' in detail ? packedAny(detail) : pack(detail, examples)));
  const content = { code: failure.code, message: failure.message, details };
  trailers.set('grpc-status-details-bin', examples.encode('google.rpc.Status', content));
}

function pack([fullName, content]: Detail, examples: Examples): object {
  return packedAny({ typeUrl: `type.googleapis.com/${fullName}`, value: examples.encode(fullName, content) });
}

// The fields of google.protobuf.Any keep the names of the file in protobufjs' own copy of it.
function packedAny(detail: PackedDetail): object {
  return { type_url: detail.typeUrl, value: detail.value };
}
