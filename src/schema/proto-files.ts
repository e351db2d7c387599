// Descriptors from .proto files: found through import paths, parsed and linked here, no protoc needed.
// The parser is loaded when the first file is read, so that it costs nothing to those who use reflection.
import type { SchemaSource } from './source.ts';

/**
 * Reads `.proto` files with everything they import.
 *
 * @throws UserError code 4 when a file cannot be found, read, parsed or linked.
 */
export async function protoFiles(files: readonly string[], importPaths: readonly string[]): Promise<SchemaSource> {
  throw new Error(`not written yet: ${files} ${importPaths}`);
}
