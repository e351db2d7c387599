// HTTP/1.1 load on bare sockets, so that the generator costs less than what it loads. `load.mjs URL BODY REQUESTS
// CONNECTIONS` posts the JSON on that many connections, each kept alive, one request at a time on each, and prints as
// JSON how long it took in `ms`, how many answers were not 200 with the body itself in `errors`, and `p50`, `p99` in ms.
import net from 'node:net';

const [url, body, requests, connections] = process.argv.slice(2);
const { hostname, port, pathname, host } = new URL(url);
const request = Buffer.from(
  `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
);
const headEnd = Buffer.from('\r\n\r\n');
const times = [];
let begun = 0;
let errors = 0;

/** One connection, until all requests are begun; an end of the connection before that is an error. */
function connection() {
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), hostname);
    socket.setNoDelay(true);
    let kept = Buffer.alloc(0);
    let from;
    const send = () => {
      if (begun++ >= Number(requests)) return socket.destroy();
      from = performance.now();
      socket.write(request);
    };
    socket.on('connect', send);
    socket.on('error', () => errors++);
    socket.on('end', () => errors++);
    socket.on('close', resolve);
    socket.on('data', (chunk) => {
      kept = kept.length === 0 ? chunk : Buffer.concat([kept, chunk]);
      const head = kept.indexOf(headEnd);
      if (head < 0) return;
      const text = kept.latin1Slice(0, head);
      const end = head + headEnd.length + Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1]);
      if (kept.length < end) return;
      times.push(performance.now() - from);
      const isRight = text.startsWith('HTTP/1.1 200 ') && kept.utf8Slice(head + headEnd.length, end) === body;
      if (!isRight) errors++;
      kept = kept.subarray(end);
      send();
    });
  });
}

const began = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, connection));
const ms = performance.now() - began;
times.sort((a, b) => a - b);
const at = (part) => times[Math.floor((times.length - 1) * part)];
errors += Number(requests) - times.length;
process.stdout.write(`${JSON.stringify({ ms, errors, p50: at(0.5), p99: at(0.99) })}\n`);
