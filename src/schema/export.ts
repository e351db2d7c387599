// A schema on its way out to files: as a descriptor set, and under names that cannot leave the folder chosen.
import { lstatSync, realpathSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { create, type DescFile, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import { withChanges } from './build-file.ts';
import { quoted } from './quote.ts';

/** A serialized FileDescriptorSet of the files with everything they import, dependencies first, each once. */
export function descriptorSetBytes(files: readonly DescFile[]): Uint8Array {
  const ordered = new Set<DescFile>();
  const path: { file: DescFile; next: number }[] = [];
  for (const file of files) {
    path.push({ file, next: 0 });
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const dependency = top.file.dependencies[top.next++];
      if (dependency && !ordered.has(dependency)) path.push({ file: dependency, next: 0 });
      if (!dependency) ordered.add(path.pop()!.file);
    }
  }
  const names = new Set([...ordered].map(({ proto }) => proto.name));
  const file = [...ordered].map(({ proto }) => withoutMissingImports(proto, names));
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file }));
}

/** Other tools refuse a set with an import that is not in it. */
function withoutMissingImports(proto: FileDescriptorProto, names: ReadonlySet<string>): FileDescriptorProto {
  if (proto.dependency.every((name) => names.has(name))) return proto;
  const kept = proto.dependency.flatMap((name, index) => (names.has(name) ? [index] : []));
  const moved = (indices: readonly number[]): number[] =>
    indices.flatMap((index) => (kept.includes(index) ? [kept.indexOf(index)] : []));
  return withChanges(proto, {
    dependency: kept.map((index) => proto.dependency[index]!),
    publicDependency: moved(proto.publicDependency),
    weakDependency: moved(proto.weakDependency),
  });
}

const deviceName = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i;

/**
 * Where a schema's file may be written below the folder `root`, which must exist: an absolute path, with symbolic links
 * of the root resolved. The file's name comes from a stranger.
 *
 * @throws UserError code 4 for a name that leads outside of the folder, by `..`, as an absolute path or through a
 * symbolic link, and for one that some system takes for a device.
 */
export function safeExportPath(root: string, fileName: string): string {
  const refuse = (why: string) =>
    new UserError(4, `schema file name ${quoted(fileName)} ${why}; nothing is written`, {
      hint: 'the schema is broken or hostile; export it as one file with --protoset',
    });
  const parts = fileName.split(/[/\\]/);
  const isAbsolute = /^([/\\]|[A-Za-z]:)/.test(fileName);
  if (isAbsolute || parts.includes('..')) throw refuse(`leads outside of ${quoted(root)}`);
  if (/[\u0000-\u001f\u007f]/.test(fileName)) throw refuse('holds control characters');
  if (fileName.includes(':') || fileName.includes('\\'))
    throw refuse('holds a character that is not one of file names');
  if (parts.some((part) => part === '' || part === '.')) throw refuse('is not the name of a file');
  if (parts.some((part) => deviceName.test(part))) throw refuse('is the name of a device');
  const realRoot = realpathSync(resolve(root));
  let path = realRoot;
  for (const part of parts) {
    path = join(path, part);
    if (isLink(path)) throw refuse(`leads outside of ${quoted(root)}, through a symbolic link`);
  }
  if (!path.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep))
    throw refuse(`leads outside of ${quoted(root)}`);
  return path;
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
