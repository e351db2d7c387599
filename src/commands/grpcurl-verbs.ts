// `list` and `describe` in grpcurl's form, and the schema files they can write.
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DescFile } from '@bufbuild/protobuf';
import { template } from '../codec/template.ts';
import { UserError } from '../errors.ts';
import { write } from '../io.ts';
import { renderDescribe } from '../render/describe.ts';
import { fileOf, protoSource } from '../render/proto-source.ts';
import { visible } from '../render/visible.ts';
import { descriptorSetBytes, safeExportPath } from '../schema/export.ts';
import { findService, findServices, findSymbol } from '../schema/find.ts';
import type { DescSymbol, Schema } from '../schema/schema.ts';
import type { Session } from './session.ts';
import { writeTyped } from './whole-file.ts';

/** `list [SERVICE]`: names as `pkg.Svc` and `pkg.Svc.Method`. */
export async function listNames(session: Session, name: string | undefined): Promise<number> {
  const schema = await session.schema();
  const symbols: DescSymbol[] = [];
  let names: string[];
  if (name === undefined) {
    names = await schema.listServices();
  } else {
    const service = await findService(schema, name);
    symbols.push(service);
    names = service.methods.map((method) => `${service.typeName}.${method.name}`).sort();
  }
  const none = name === undefined ? '(No services)' : '(No methods)';
  await write(session.io.stdout, `${(names.length > 0 ? names.map((one) => visible(one)) : [none]).join('\n')}\n`);
  await writeSchema(session, schema, symbols);
  return 0;
}

/** `describe [SYMBOL]`, with -msg-template the template of a message behind it. */
export async function describeSymbols(session: Session, name: string | undefined): Promise<number> {
  const schema = await session.schema();
  const missing: string[] = [];
  const symbols =
    name === undefined ? await findServices(schema, (line) => missing.push(line)) : [await findNamed(schema, name)];
  const options = { style: 'grpcurl', comments: true, types: schema.types, asked: name } as const;
  for (const symbol of symbols) {
    await write(session.io.stdout, renderDescribe(symbol, options));
    if (session.args.flags.bool('msg-template') && symbol.kind === 'message')
      await writeTemplate(session, schema, symbol);
  }
  await writeSchema(session, schema, name === undefined ? [] : symbols);
  // As grpcurl ends, which stops at the first that it cannot describe.
  if (missing.length > 0) throw new UserError(4, missing.join('\n'));
  return 0;
}

/** A symbol by its name; the entry type of a map field, which has no descriptor of its own, is the field. */
async function findNamed(schema: Schema, name: string): Promise<DescSymbol> {
  const entry = /^\.?(.+)\.[^.]+Entry$/.exec(name);
  const parent = entry ? await schema.symbol(entry[1] as string) : undefined;
  const typeName = `.${name.replace(/^\./, '')}`;
  const fields = parent?.kind === 'message' ? parent.fields : [];
  const field = fields.find((one) => one.fieldKind === 'map' && one.proto.typeName === typeName);
  return field ?? findSymbol(schema, name);
}

async function writeTemplate(
  session: Session,
  schema: Schema,
  message: Extract<DescSymbol, { kind: 'message' }>,
): Promise<void> {
  // An empty message has an empty text: that is what grpcurl prints for every message in this format.
  const isText = session.args.flags.text('format') === 'text';
  const text = isText
    ? ''
    : visible(template(message, { types: schema.types, style: 'grpcurl' }).trimEnd(), { multiline: true });
  await write(session.io.stdout, `\nMessage template:\n${text}\n`);
}

/** -protoset-out and -proto-out-dir: the files of the symbols, or all when none was named, with their imports. */
async function writeSchema(session: Session, schema: Schema, symbols: readonly DescSymbol[]): Promise<void> {
  const { flags } = session.args;
  const set = flags.text('protoset-out');
  const folder = flags.text('proto-out-dir');
  if (set === undefined && folder === undefined) return;
  const files = symbols.length > 0 ? withImports(symbols.map(fileOf)) : await schema.files();
  try {
    if (set !== undefined) writeTyped(resolve(session.io.cwd, set), descriptorSetBytes(files));
    if (folder !== undefined) writeSources(resolve(session.io.cwd, folder), files, schema);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(5, `cannot write ${set ?? folder}: ${(error as Error).message}`, { cause: error });
  }
}

function writeSources(root: string, files: readonly DescFile[], schema: Schema): void {
  mkdirSync(root, { recursive: true });
  const paths = files.map((file) => safeExportPath(root, file.proto.name));
  for (const [index, file] of files.entries()) {
    const path = paths[index] as string;
    mkdirSync(dirname(path), { recursive: true });
    writeTyped(path, protoSource(file, { style: 'grepl', comments: true, types: schema.types }));
  }
}

/** Files with all they import, dependencies first. */
function withImports(files: readonly DescFile[]): DescFile[] {
  const found = new Set<DescFile>();
  const add = (file: DescFile): void => {
    if (found.has(file)) return;
    for (const dependency of file.dependencies) add(dependency);
    found.add(file);
  };
  for (const file of files) add(file);
  return [...found];
}
