// The ceiling for a gateway: HTTP/1.1 in, one HTTP/2 stream out, the bytes as they are; no JSON, no protobuf, no rules.
// `pass-through.mjs ADDRESS` prints the address it listens on, and ends when its stdin does.
import http from 'node:http';
import http2 from 'node:http2';

const session = http2.connect(`http://${process.argv[2]}`);
session.on('connect', (_session, socket) => socket.setNoDelay(true));

function whole(stream, use) {
  const parts = [];
  stream.on('data', (chunk) => parts.push(chunk));
  stream.on('end', () => use(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
}

const server = http.createServer((request, response) => {
  whole(request, (body) => {
    const headers = { ':method': 'POST', ':path': request.url, 'content-type': 'application/grpc', te: 'trailers' };
    const stream = session.request(headers);
    stream.end(body);
    whole(stream, (answer) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      response.end(answer);
    });
  });
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}\n`));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
