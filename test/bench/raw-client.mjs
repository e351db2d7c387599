// The ceiling for unary calls: node:http2 with nothing of a client in it but framing. `raw-client.mjs ADDRESS CALLS
// CONCURRENCY` makes the calls and prints how many were answered with their own message and status 0.
import http2 from 'node:http2';
import { item } from './items.mjs';
import { frame } from './wire.mjs';

const [address, calls, concurrency] = process.argv.slice(2);
const session = http2.connect(`http://${address}`);
session.on('connect', (_session, socket) => socket.setNoDelay(true));
const headers = {
  ':method': 'POST',
  ':path': '/grepl.bench.Bench/Echo',
  'content-type': 'application/grpc',
  te: 'trailers',
};
let begun = 0;
let good = 0;

function once(n) {
  return new Promise((resolve, reject) => {
    const request = frame(item(n));
    const stream = session.request(headers);
    const parts = [];
    let status;
    stream.on('data', (chunk) => parts.push(chunk));
    stream.on('trailers', (trailers) => {
      status = trailers['grpc-status'];
    });
    stream.on('end', () => {
      const body = parts.length === 1 ? parts[0] : Buffer.concat(parts);
      if (status === '0' && body.equals(request)) good++;
      resolve();
    });
    stream.on('error', reject);
    stream.end(request);
  });
}

async function worker() {
  while (begun < Number(calls)) await once(++begun);
}

await Promise.all(Array.from({ length: Number(concurrency) }, worker));
session.close();
process.stdout.write(`${good}\n`);
