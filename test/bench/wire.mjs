// Protobuf and gRPC framing by hand, so that neither the server nor the probes owe their speed or their bytes to code
// that is being measured.

/** A varint of a non-negative safe integer. */
export function varint(value) {
  const bytes = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** A varint field. */
export function number(field, value) {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

/** A length-delimited field: text, bytes or a message. */
export function bytes(field, value) {
  const body = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
}

/** A message of these fields. */
export function message(...fields) {
  return Buffer.concat(fields);
}

/** The message behind its five-byte gRPC prefix. */
export function frame(body) {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

/** The messages in a whole gRPC body. */
export function* unframe(body) {
  for (let at = 0; at + 5 <= body.length; ) {
    const length = body.readUInt32BE(at + 1);
    yield body.subarray(at + 5, at + 5 + length);
    at += 5 + length;
  }
}

/** The fields of a message: number and value, a number or a Buffer. */
export function* fields(body) {
  let at = 0;
  const read = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = body[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < body.length) {
    const tag = read();
    const value = read();
    if (tag % 8 !== 2) yield [tag >> 3, value];
    else {
      yield [tag >> 3, body.subarray(at, at + value)];
      at += value;
    }
  }
}
