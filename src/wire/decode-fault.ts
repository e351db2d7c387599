// Response bytes that are no messages: which status that is, and in which words.
import type { Decompressed } from './compression.ts';
import type { FrameFault } from './frame.ts';
import { codes, type Finding } from './status.ts';
import { byteSize, looksLikeText, quoteBytes, visible } from './wording.ts';

/** A response that cannot be decoded any further. */
export interface Fault {
  readonly code: number;
  readonly message: string;
  readonly hint: string | undefined;
  readonly found?: Finding | undefined;
}

const sizeHint = (limit: number) => `the limit is ${byteSize(limit)}; --max-message SIZE raises it`;

/** A bad prefix after `before` good messages. */
export function frameFault(fault: FrameFault, before: number, limit: number): Fault {
  const which = `message ${before + 1}`;
  if (looksLikeText(fault.seen)) {
    return {
      code: codes.INTERNAL,
      message: `the body of the response looks like text where ${which} should begin: ${quoteBytes(fault.seen)}`,
      hint: 'something between client and server may have answered in its place',
    };
  }
  if (fault.kind === 'flag') {
    const web =
      (fault.flag & 0x80) === 0 ? undefined : 'flag 0x80 marks trailers in gRPC-Web: is this a gRPC-Web server?';
    const flag = `0x${fault.flag.toString(16).padStart(2, '0')}`;
    return {
      code: codes.INTERNAL,
      message: `${which} begins with the flag byte ${flag}, which gRPC does not have`,
      hint: web,
    };
  }
  return {
    code: codes.RESOURCE_EXHAUSTED,
    message: `${which} is announced with ${fault.length} bytes (${byteSize(fault.length)}), above the limit`,
    hint: sizeHint(limit),
    found: { kind: 'too-large', bytes: fault.length, limit },
  };
}

/** A compressed message that could not be read; `out` is undefined when its encoding is not known here. */
export function messageFault(encoding: string, out: Decompressed | undefined, before: number, limit: number): Fault {
  const which = `message ${before + 1}`;
  if (out !== undefined && 'problem' in out) {
    return out.limit
      ? {
          code: codes.RESOURCE_EXHAUSTED,
          message: `${which} decompresses to more than the limit of ${byteSize(limit)}`,
          hint: sizeHint(limit),
        }
      : { code: codes.INTERNAL, message: `${which} cannot be decompressed: ${visible(out.problem)}`, hint: undefined };
  }
  if (encoding === 'identity') {
    return {
      code: codes.INTERNAL,
      message: `${which} is flagged as compressed, but grpc-encoding in the response headers is missing or identity`,
      hint: 'this is a fault of the server',
    };
  }
  return {
    code: codes.INTERNAL,
    message: `${which} is compressed with grpc-encoding "${visible(encoding, 40)}", which this client did not offer`,
    hint: 'it offers gzip and deflate',
  };
}
