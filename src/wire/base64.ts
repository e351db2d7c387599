// Base64 as people and servers write it, with either alphabet and with or without padding, as gRPC sends it.
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, Binary-Header)

/** The text as padded standard base64; undefined where it is none. */
export function paddedBase64(text: string): string | undefined {
  const standard = text.trim().replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  const isBase64 = /^[A-Za-z0-9+/]*$/.test(standard) && standard.length % 4 !== 1;
  return isBase64 ? Buffer.from(standard, 'base64').toString('base64') : undefined;
}
