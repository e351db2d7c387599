// The command lines that are compared: ours and grpcurl's for a method of bench.proto.
import path from 'node:path';

/** The folder of bench.proto. */
export const here = path.dirname(new URL(import.meta.url).pathname);

const method = (name) => `grepl.bench.Bench/${name}`;

/** Our command for the method called `name`; `rest` are more words of ours. */
export function oursFor({ grepl }, address, name, ...rest) {
  return [...grepl, 'call', address, method(name), '--plaintext', '-I', here, '--proto', 'bench.proto', ...rest];
}

/** grpcurl's command for it. */
export function grpcurlFor({ grpcurl }, address, name, ...flags) {
  return [grpcurl, '-plaintext', '-import-path', here, '-proto', 'bench.proto', ...flags, address, method(name)];
}
