// The target's schema as files: .proto source, or one descriptor set.
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { type Io, write } from '../io.ts';
import { protoSource } from '../render/proto-source.ts';
import { visible } from '../render/visible.ts';
import { descriptorSetBytes, safeExportPath } from '../schema/export.ts';
import { quoted } from '../schema/quote.ts';
import type { Schema } from '../schema/schema.ts';
import type { Args } from './parse.ts';
import type { Session } from './session.ts';
import { unfinishedEnding, writeTyped } from './whole-file.ts';
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
  const session = open(address);
  const schema = await session.schema();
  for (const path of sets) await exportSet(schema, resolve(io.cwd, path), path, io);
  if (folder !== undefined) await exportSources(schema, resolve(io.cwd, folder), folder, io);
  for (const warning of schema.warnings) session.say(`grepl: warning: ${warning}`);
  return 0;
}

async function exportSet(schema: Schema, path: string, shown: string, io: Io): Promise<void> {
  writeExported(path, descriptorSetBytes(await schema.files()));
  await write(io.stdout, `${shown}\n`);
}

async function exportSources(schema: Schema, root: string, shown: string, io: Io): Promise<void> {
  const files = await schema.files();
  makeFolder(root);
  // Every name is checked before anything is written: a hostile one must not leave half an export.
  checkTogether(files.map((file) => file.proto.name));
  const paths = files.map((file) => safeExportPath(root, file.proto.name));
  for (const [index, file] of files.entries()) {
    writeExported(paths[index] as string, protoSource(file, { style: 'grepl', comments: true, types: schema.types }));
  }
  // Told only when all is written: whoever stops reading the names must not stop the export.
  for (const file of files) await write(io.stdout, `${shown.replace(/\/+$/, '')}/${visible(file.proto.name)}\n`);
}

/** Bytes that a name has room for on the systems there are. */
const longestName = 255;

/** Refuses names that stand in each other's way, on a system that does not tell `A` from `a` too, or are too long for any. */
function checkTogether(names: readonly string[]): void {
  const refuse = (name: string, why: string) =>
    new UserError(4, `schema file name ${quoted(name)} ${why}; nothing is written`, {
      hint: 'export the schema as one file with --protoset',
    });
  const taken = new Map<string, string>();
  for (const name of names) {
    if (name.split('/').some((part) => Buffer.byteLength(part) > longestName - unfinishedEnding.length))
      throw refuse(name, 'is too long');
    const other = taken.get(name.toLowerCase());
    if (other !== undefined) throw refuse(name, `is the same file as ${quoted(other)} on some systems`);
    taken.set(name.toLowerCase(), name);
  }
  for (const name of names)
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1))
      if (taken.has(name.slice(0, at).toLowerCase())) throw refuse(name, 'needs a folder where another file is');
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new UserError(5, `cannot make the folder ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes a file in one go, with the folders on its way. */
function writeExported(path: string, data: string | Uint8Array): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeTyped(path, data);
  } catch (error) {
    throw new UserError(5, `cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
