// Server reflection for bench.proto: enough of grpc.reflection.v1 for a cold call to find its method.
import { bytes, fields, message, number } from './wire.mjs';

const types = { int32: 5, int64: 3, string: 9, bytes: 12 };
const optional = 1;

function field([name, type], index) {
  return bytes(
    2,
    message(bytes(1, name), number(3, index + 1), number(4, optional), number(5, types[type]), bytes(10, name)),
  );
}

function messageType(name, ...members) {
  return bytes(4, message(bytes(1, name), ...members.map(field)));
}

function method(name, input, output, ...flags) {
  return bytes(
    2,
    message(bytes(1, name), bytes(2, `.grepl.bench.${input}`), bytes(3, `.grepl.bench.${output}`), ...flags),
  );
}

const clientStreams = number(5, 1);
const serverStreams = number(6, 1);

/** bench.proto as a serialised FileDescriptorProto. */
export const benchFile = message(
  bytes(1, 'bench.proto'),
  bytes(2, 'grepl.bench'),
  messageType('Item', ['id', 'int32'], ['name', 'string'], ['total', 'int64']),
  messageType('Amount', ['count', 'int32']),
  messageType('Received', ['count', 'int64'], ['sha256', 'string']),
  messageType('Blob', ['data', 'bytes']),
  bytes(
    6,
    message(
      bytes(1, 'Bench'),
      method('Echo', 'Item', 'Item'),
      method('Download', 'Amount', 'Item', serverStreams),
      method('Endless', 'Amount', 'Item', serverStreams),
      method('Upload', 'Item', 'Received', clientStreams),
      method('Fetch', 'Amount', 'Blob'),
    ),
  ),
  bytes(12, 'proto3'),
);

/** The answer to one ServerReflectionRequest, both serialised. */
export function reflect(request) {
  const asked = new Map(fields(request));
  const answer = (...parts) => message(bytes(2, request), ...parts);
  if (asked.has(7)) return answer(bytes(6, bytes(1, bytes(1, 'grepl.bench.Bench'))));
  const symbol = String(asked.get(4) ?? '');
  const known = String(asked.get(3) ?? '') === 'bench.proto' || /^grepl\.bench\.\w/.test(symbol);
  if (known) return answer(bytes(4, bytes(1, benchFile)));
  return answer(bytes(7, message(number(1, 5), bytes(2, 'not found'))));
}
