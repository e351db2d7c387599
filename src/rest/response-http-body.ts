// google.api.HttpBody: a message that stands for raw bytes with a content type of their own.
// https://github.com/googleapis/googleapis/blob/master/google/api/httpbody.proto
import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader } from '../codec/binary-reader.ts';
import { BinaryWriter } from '../codec/binary-writer.ts';
import type { RestBody } from './rest.ts';

/** True for google.api.HttpBody. */
export function isHttpBody(message: DescMessage): boolean {
  return message.typeName === 'google.api.HttpBody';
}

/** The raw body that a serialized HttpBody stands for, copied. Throws MessageError for bytes that are none. */
export function httpBodyOf(bytes: Uint8Array): RestBody {
  const reader = new BinaryReader(bytes, 'google.api.HttpBody');
  let contentType = '';
  let data = new Uint8Array(0);
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 10) contentType = Buffer.from(reader.chunk()).toString('utf8');
    else if (tag === 18) data = new Uint8Array(reader.chunk());
    else reader.skip(tag);
  }
  // A content type becomes a header line, so that nothing but printable ASCII may pass.
  const isHeader = contentType !== '' && /^[\x20-\x7e]*$/.test(contentType);
  return { contentType: isHeader ? contentType : 'application/octet-stream', data };
}

/** The serialized HttpBody for a raw body. */
export function httpBodyMessage(contentType: string, data: Uint8Array): Uint8Array {
  const out = new BinaryWriter(data.length + contentType.length + 16);
  if (contentType !== '') {
    out.uint32(10);
    out.string(contentType);
  }
  if (data.length > 0) {
    out.uint32(18);
    out.bytes(data);
  }
  return out.finish();
}
