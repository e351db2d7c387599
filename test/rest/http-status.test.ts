// The status tables of rest, both ways.
import { expect, test } from 'vitest';
import { codeOfHttp, httpStatusOf } from '../../src/rest/http-status.ts';

test.each([
  [0, 200, 'OK'],
  [1, 499, 'Client Closed Request'],
  [2, 500, 'Internal Server Error'],
  [3, 400, 'Bad Request'],
  [4, 504, 'Gateway Timeout'],
  [5, 404, 'Not Found'],
  [6, 409, 'Conflict'],
  [7, 403, 'Forbidden'],
  [8, 429, 'Too Many Requests'],
  [9, 400, 'Bad Request'],
  [10, 409, 'Conflict'],
  [11, 400, 'Bad Request'],
  [12, 501, 'Not Implemented'],
  [13, 500, 'Internal Server Error'],
  [14, 503, 'Service Unavailable'],
  [15, 500, 'Internal Server Error'],
  [16, 401, 'Unauthorized'],
  [17, 500, 'Internal Server Error'],
  [-1, 500, 'Internal Server Error'],
  [99, 500, 'Internal Server Error'],
])('gRPC %d is HTTP %d %s', (code, http, phrase) => {
  expect(httpStatusOf(code)).toEqual({ code: http, phrase });
});

test.each([
  [400, 13, 3],
  [401, 16, 16],
  [403, 7, 7],
  [404, 12, 5],
  [409, 2, 10],
  [416, 2, 11],
  [418, 2, 9],
  [429, 14, 8],
  [431, 13, 9],
  [499, 2, 1],
  [500, 2, 13],
  [501, 2, 12],
  [502, 14, 13],
  [503, 14, 14],
  [504, 14, 4],
  [511, 2, 13],
  [200, 2, 0],
  [204, 2, 0],
  [302, 2, 2],
  [999, 2, 2],
])('HTTP %d is gRPC %d on a gRPC channel, %d from a REST API', (http, channel, rest) => {
  expect([codeOfHttp(http, 'channel'), codeOfHttp(http, 'rest')]).toEqual([channel, rest]);
});
