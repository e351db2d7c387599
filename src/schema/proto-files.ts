// Descriptors from .proto files: found through import paths, parsed and linked here, no protoc needed.
// Loaded only when files are given, so that it costs nothing to those who use reflection.
import { basename } from 'node:path';
import { fileSource } from './file-source.ts';
import { linkFiles } from './linker/link.ts';
import { readFiles } from './linker/read-files.ts';
import type { SchemaSource } from './source.ts';

/**
 * Reads `.proto` files (proto2, proto3, editions) with everything they import.
 *
 * @param files paths, or names inside an import path.
 * @param importPaths folders that imports are relative to, in order. Without any, imports are looked for in the current
 *   folder and in those around the importing file. What is found nowhere but carried along (google/protobuf/*,
 *   google/api/*, google/rpc/*, google/type/*) is taken from there.
 * @throws UserError code 4, with file, line and column where there is one, for files and imports that are not found and
 *   for whatever in them cannot be parsed or linked.
 */
export async function protoFiles(files: readonly string[], importPaths: readonly string[]): Promise<SchemaSource> {
  const inputs = await readFiles(files, importPaths);
  linkFiles(inputs);
  const protos = inputs.map((input) => ('draft' in input ? input.draft.proto : input.builtin));
  return fileSource(files.map((file) => basename(file)).join(', '), () => protos);
}
