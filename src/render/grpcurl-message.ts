// What Go's grpc says of faults that the client finds, word for word: scripts made for grpcurl look for it.
import { STATUS_CODES } from 'node:http';
import { codes, type Finding, type Status } from '../wire/status.ts';

/** So much of a page does grpcurl quote. */
const quotedBytes = 1024;

/** The message of a status put together by the client, in Go's words where it has some. */
export function goMessage({ code, found, message }: Status): string {
  if (code === codes.DEADLINE_EXCEEDED) return 'context deadline exceeded';
  switch (found?.kind) {
    case 'too-large':
      return `grpc: received message larger than max (${found.bytes} vs. ${found.limit})`;
    case 'no-trailers':
      return 'server closed the stream without sending trailers';
    case 'not-grpc':
      return notGrpc(found);
    default:
      return message;
  }
}

function notGrpc({ httpStatus, contentType, body }: Extract<Finding, { kind: 'not-grpc' }>): string {
  const name = STATUS_CODES[httpStatus] ?? '';
  const type =
    contentType === undefined
      ? 'malformed header: missing HTTP content-type'
      : `transport: received unexpected content-type ${goQuoted(contentType)}`;
  const said =
    httpStatus === 200 ? type : `unexpected HTTP status code received from server: ${httpStatus} (${name}); ${type}`;
  const data = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, quotedBytes)).toString('utf8');
  return data === '' ? said : `${said}\ndata: ${goQuoted(data)}`;
}

/** Text as Go's %q has it. */
function goQuoted(text: string): string {
  return JSON.stringify(text)
    .replace(/[\u007f-\u009f]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`)
    .replace(/\\u00([01][0-9a-f])/g, '\\x$1');
}
