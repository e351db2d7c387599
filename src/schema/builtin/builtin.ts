// The .proto files that grepl carries along, decoded one by one when asked for, so that schemas can be completed:
// servers leave google/protobuf/* out of reflection, and few people have googleapis beside their own files.
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { readFileDescriptor } from '../descriptor-message.ts';
import { builtinFiles } from './files.ts';

const decoded = new Map<string, FileDescriptorProto>();
let encodedFiles: ReadonlyMap<string, string> | undefined;

function encoded(): ReadonlyMap<string, string> {
  encodedFiles ??= new Map(Object.entries(builtinFiles()));
  return encodedFiles;
}

/**
 * The descriptor of a file that grepl carries along, by the name it is imported with (`google/protobuf/any.proto`);
 * undefined if it carries none. The same object every time: do not change it.
 */
export function builtinFile(name: string): FileDescriptorProto | undefined {
  if (!name.startsWith('google/')) return undefined;
  const known = decoded.get(name);
  if (known) return known;
  const base64 = encoded().get(name);
  if (base64 === undefined) return undefined;
  const file = readFileDescriptor(Buffer.from(base64, 'base64'));
  decoded.set(name, file);
  return file;
}

/** The names of all files that grepl carries along, sorted. */
export function builtinFileNames(): string[] {
  return [...encoded().keys()];
}

/**
 * The file with everything it imports, dependencies first; undefined if grepl does not carry it. Closed: every import
 * of a carried file is carried too.
 */
export function builtinWithImports(name: string): FileDescriptorProto[] | undefined {
  const file = builtinFile(name);
  if (!file) return undefined;
  const files = new Set<FileDescriptorProto>();
  const add = (from: FileDescriptorProto): void => {
    if (files.has(from)) return;
    for (const dependency of from.dependency) {
      const next = builtinFile(dependency);
      if (next) add(next);
    }
    files.add(from);
  };
  add(file);
  return [...files];
}
