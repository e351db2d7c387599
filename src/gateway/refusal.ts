// What the gateway itself says no to, before any call is made: an HTTP status with the gRPC status that stands for it.
import { BinaryWriter, wireType } from '../codec/binary-writer.ts';
import { UserError } from '../errors.ts';
import { RestInputError } from '../rest/reverse.ts';
import { type AnyBytes, clientStatus, codes, type Status } from '../wire/status.ts';

/** A request that is answered with an error and makes no call. */
export class HttpRefusal extends Error {
  readonly httpStatus: number;
  /** The request field that is at fault, if one is. */
  readonly field: string | undefined;
  /** Headers of the answer, such as Allow. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    httpStatus: number,
    message: string,
    more: { field?: string | undefined; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    this.name = 'HttpRefusal';
    this.httpStatus = httpStatus;
    this.field = more.field;
    this.headers = more.headers ?? {};
  }
}

const codeOf = new Map<number, number>([
  [400, 3],
  [403, 7],
  [404, 5],
  [405, 12],
  [406, 3],
  [408, 4],
  [413, 8],
  [415, 3],
  [417, 9],
  [426, 9],
  [431, 8],
  [500, 13],
  [501, 12],
  [503, 14],
  [505, 12],
]);

/** The refusal as a status: a field at fault becomes a google.rpc.BadRequest among the details (AIP-193). */
export function statusOfRefusal(refusal: HttpRefusal): Status {
  const code = codeOf.get(refusal.httpStatus) ?? 2;
  const details = refusal.field ? [badRequest(refusal.field, refusal.message)] : [];
  return { code, message: refusal.message, details, origin: 'client' };
}

/** google.rpc.BadRequest { field_violations: [{ field, description }] } */
function badRequest(field: string, description: string): AnyBytes {
  const out = new BinaryWriter();
  out.tag(1, wireType.bytes);
  const violation = out.begin();
  out.tag(1, wireType.bytes);
  out.string(field);
  out.tag(2, wireType.bytes);
  out.string(description);
  out.end(violation);
  return { typeUrl: 'type.googleapis.com/google.rpc.BadRequest', value: out.finish() };
}

/** What is said once no new calls are taken. */
export function closing(): HttpRefusal {
  return new HttpRefusal(503, 'the gateway is shutting down', { headers: { connection: 'close' } });
}

/** What is the client's fault; undefined for everything else. */
export function refusalOf(error: unknown): HttpRefusal | undefined {
  if (error instanceof HttpRefusal) return error;
  if (error instanceof RestInputError) return new HttpRefusal(error.httpStatus, error.message, { field: error.field });
  if (error instanceof UserError && error.code === 3) {
    // The reader of documents has one error for everything that cannot be read.
    const httpStatus = / a document of more than \d+ bytes$/.test(error.message) ? 413 : 400;
    return new HttpRefusal(httpStatus, error.message, { field: fieldIn(error.message) });
  }
  return undefined;
}

/** The field path in `body:1:12: items[0].quantity: expected …`. */
function fieldIn(message: string): string | undefined {
  return /^\w+:\d+:\d+: ([\w.[\]"@/]+): /.exec(message)?.[1];
}

/** Any error as a status. */
export function statusOfError(error: unknown): Status {
  const refusal = refusalOf(error);
  if (refusal) return statusOfRefusal(refusal);
  return clientStatus(codes.INTERNAL, `the gateway failed: ${error instanceof Error ? error.message : String(error)}`);
}
