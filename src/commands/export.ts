// The target's schema as files: .proto source, or one descriptor set.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { protoSource } from '../render/proto-source.ts';
import { descriptorSetBytes, safeExportPath } from '../schema/export.ts';
import type { Schema } from '../schema/schema.ts';
import type { Args } from './parse.ts';
import type { Session } from './session.ts';
import { splitAddress } from './words.ts';

/** `grepl export ADDRESS --out FOLDER` or `--protoset FILE`: the paths written, one a line. */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { address } = splitAddress(args, io, 0);
  const folder = args.flags.text('out');
  const sets = args.flags.list('protoset');
  // Here --protoset names what is written, so it must not be read as a source.
  args.flags.set('protoset', []);
  if (folder === undefined && sets.length === 0) {
    throw new UserError(2, 'export to where?', {
      hint: '--out FOLDER for .proto files, --protoset FILE for a descriptor set',
    });
  }
  const schema = await open(address).schema();
  for (const path of sets) await exportSet(schema, resolve(io.cwd, path), path, io);
  if (folder !== undefined) await exportSources(schema, resolve(io.cwd, folder), folder, io);
  return 0;
}

async function exportSet(schema: Schema, path: string, shown: string, io: Io): Promise<void> {
  writeWhole(path, descriptorSetBytes(await schema.files()));
  await write(io.stdout, `${shown}\n`);
}

async function exportSources(schema: Schema, root: string, shown: string, io: Io): Promise<void> {
  const files = await schema.files();
  makeFolder(root);
  // Every name is checked before anything is written: a hostile one must not leave half an export.
  const paths = files.map((file) => safeExportPath(root, file.proto.name));
  for (const [index, file] of files.entries()) {
    writeWhole(paths[index] as string, protoSource(file, { style: 'grepl', comments: true, types: schema.types }));
  }
  // Told only when all is written: whoever stops reading the names must not stop the export.
  for (const file of files) await write(io.stdout, `${shown.replace(/\/+$/, '')}/${file.proto.name}\n`);
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UserError(5, `cannot make the folder ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes beside the path and renames, so that a full disk leaves no half file. */
function writeWhole(path: string, data: string | Uint8Array): void {
  const temporary = `${path}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, data);
    renameSync(temporary, path);
  } catch (error) {
    throw new UserError(5, `cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
