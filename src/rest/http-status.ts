// gRPC status codes as HTTP statuses and back. One way there is one table that every gateway shares; back there are two,
// by who answered.

const httpStatuses = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

const phrases = new Map<number, string>([
  [200, 'OK'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [409, 'Conflict'],
  [429, 'Too Many Requests'],
  // No standard has a phrase for it; nginx, which invented the number, uses this one.
  [499, 'Client Closed Request'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
]);

/**
 * The HTTP status of a gRPC status code, with its reason phrase (google/rpc/code.proto). A number that no standard knows
 * is 500, as UNKNOWN is.
 */
export function httpStatusOf(code: number): { code: number; phrase: string } {
  const status = httpStatuses[code] ?? 500;
  return { code: status, phrase: phrases.get(status) ?? '' };
}

// An answer that is not gRPC at all, on a channel that should speak it (grpc/doc/http-grpc-status-mapping.md).
const channelCodes = new Map<number, number>([
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [431, 13],
  [502, 14],
  [503, 14],
  [504, 14],
]);

// An answer of a REST API that sent no status body (the canonical mapping of Google's own APIs).
const restCodes = new Map<number, number>([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [409, 10],
  [416, 11],
  [429, 8],
  [499, 1],
  [501, 12],
  [503, 14],
  [504, 4],
]);

/**
 * The gRPC status code that an HTTP status stands for. `channel`: something that is no gRPC server answered a gRPC call;
 * `rest`: a REST API answered without a body that tells the status. A body that does tell it beats both.
 */
export function codeOfHttp(status: number, situation: 'channel' | 'rest'): number {
  if (situation === 'channel') return channelCodes.get(status) ?? 2;
  if (status >= 200 && status < 300) return 0;
  const exact = restCodes.get(status);
  if (exact !== undefined) return exact;
  if (status >= 400 && status < 500) return 9;
  return status >= 500 && status < 600 ? 13 : 2;
}
