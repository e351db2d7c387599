// The server of the workloads, a process of its own on plain node:http2: answers are framed beforehand and written in
// large pieces, so that it costs less than any client. Prints its address; ends when its stdin does.
import { createHash } from 'node:crypto';
import http2 from 'node:http2';
import { framedItems, noise } from './items.mjs';
import { reflect } from './reflection.mjs';
import { bytes, fields, frame, message, number, unframe } from './wire.mjs';

const piece = 256 * 1024;
const window = 16 * 1024 * 1024;
const kept = new Map();

function answer(stream) {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
}

function whole(stream, use) {
  const parts = [];
  stream.on('data', (chunk) => parts.push(chunk));
  stream.on('end', () => use(parts.length === 1 ? parts[0] : Buffer.concat(parts)));
}

function count(body) {
  const [request = Buffer.alloc(0)] = unframe(body);
  return new Map(fields(request)).get(1) ?? 0;
}

function pour(stream, data) {
  answer(stream);
  let at = 0;
  const more = () => {
    while (at < data.length) {
      const part = data.subarray(at, at + piece);
      at += part.length;
      if (at === data.length) stream.end(part);
      else if (!stream.write(part)) return stream.once('drain', more);
    }
  };
  more();
}

/** The same items again and again, as many as are taken. */
function endless(stream) {
  answer(stream);
  const data = once('endless', () => framedItems(100_000));
  let at = 0;
  const more = () => {
    let room = !stream.destroyed;
    while (room) {
      const part = data.subarray(at, at + piece);
      at = (at + part.length) % data.length;
      room = stream.write(part);
    }
    stream.once('drain', more);
  };
  more();
}

/** Counts the messages without keeping them: a message's prefix may lie in two chunks. */
function receive(stream) {
  const hash = createHash('sha256');
  let messages = 0;
  let skip = 0;
  let prefix = Buffer.alloc(0);
  stream.on('data', (chunk) => {
    hash.update(chunk);
    let at = 0;
    while (at < chunk.length) {
      if (skip > 0) {
        const step = Math.min(skip, chunk.length - at);
        skip -= step;
        at += step;
        continue;
      }
      if (prefix.length === 0 && at + 5 <= chunk.length) {
        messages++;
        skip = chunk.readUInt32BE(at + 1);
        at += 5;
        continue;
      }
      const part = chunk.subarray(at, at + 5 - prefix.length);
      prefix = Buffer.concat([prefix, part]);
      at += part.length;
      if (prefix.length < 5) break;
      messages++;
      skip = prefix.readUInt32BE(1);
      prefix = Buffer.alloc(0);
    }
  });
  stream.on('end', () => {
    answer(stream);
    stream.end(frame(message(number(1, messages), bytes(2, hash.digest('hex')))));
  });
}

function reflection(stream) {
  answer(stream);
  let rest = Buffer.alloc(0);
  stream.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 5 && rest.length >= 5 + rest.readUInt32BE(1)) {
      const end = 5 + rest.readUInt32BE(1);
      stream.write(frame(reflect(rest.subarray(5, end))));
      rest = rest.subarray(end);
    }
  });
  stream.on('end', () => stream.end());
}

function echo(stream) {
  whole(stream, (body) => {
    answer(stream);
    stream.end(body);
  });
}

/** The answer to an Amount, made once for each count. */
function amount(stream, make) {
  whole(stream, (body) => {
    const wanted = count(body);
    pour(
      stream,
      once(`${make.name} ${wanted}`, () => make(wanted)),
    );
  });
}

function once(key, make) {
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key);
}

function framedBlob(length) {
  return frame(bytes(1, noise(length)));
}

const handlers = new Map([
  ['/grepl.bench.Bench/Echo', echo],
  ['/grepl.bench.Bench/Download', (stream) => amount(stream, framedItems)],
  ['/grepl.bench.Bench/Endless', (stream) => whole(stream, () => endless(stream))],
  ['/grepl.bench.Bench/Upload', receive],
  ['/grepl.bench.Bench/Fetch', (stream) => amount(stream, framedBlob)],
  ['/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', reflection],
]);

const server = http2.createServer({ settings: { initialWindowSize: window } });
server.on('connection', (socket) => socket.setNoDelay(true));
server.on('session', (session) => {
  session.setLocalWindowSize?.(window);
  session.on('error', () => {});
});
server.on('stream', (stream, headers) => {
  stream.on('error', () => {});
  const handler = handlers.get(headers[':path']);
  if (handler) return handler(stream);
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12', 'grpc-message': 'unknown method' },
    { endStream: true },
  );
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`127.0.0.1:${server.address().port}\n`));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
