// The REST routes of services as an OpenAPI document, for those who want a client, a page or a review of them.
import type { DescService } from '@bufbuild/protobuf';
import { type Io, write } from '../io.ts';
import { visible } from '../render/visible.ts';
import { openApiDocument } from '../rest/openapi.ts';
import { findService, findServices } from '../schema/find.ts';
import type { Schema } from '../schema/schema.ts';
import type { Args } from './parse.ts';
import { restBase, restDialect, restRules } from './rest-options.ts';
import type { Session } from './session.ts';
import { splitAddress } from './words.ts';

/**
 * `grepl openapi [ADDRESS] [SERVICE…]`: an OpenAPI 3.1 document on stdout, of all services but reflection when none is
 * named; `--yaml` writes YAML, `--rest-base` is the server in it.
 */
export async function run(args: Args, io: Io, open: (address: string | undefined) => Session): Promise<number> {
  const { flags } = args;
  // Any number of services may follow, so a first word is taken for an address only if it must be one.
  const { address, rest } = splitAddress(args, io, args.words.length);
  const base = flags.has('rest-base') ? restBase(flags) : undefined;
  const session = open(address);
  const schema = await session.schema();
  const services = await servicesNamed(session, schema, rest);
  const rules = await restRules(flags, io);
  for (const line of rules.unused(services, rest.length === 0)) session.say(`grepl: warning: ${line}`);
  const document = openApiDocument(services, rules, {
    ...titleOf(services, address),
    ...(base === undefined ? {} : { servers: [base] }),
    dialect: restDialect(flags),
  });
  const text = flags.bool('yaml') ? await yamlText(document) : `${JSON.stringify(document, null, 2)}\n`;
  await write(io.stdout, visible(text, { multiline: true }));
  return 0;
}

async function servicesNamed(session: Session, schema: Schema, names: readonly string[]): Promise<DescService[]> {
  if (names.length > 0) return [...new Set(await Promise.all(names.map((name) => findService(schema, name))))];
  const services = await findServices(schema, (line) => session.say(`grepl: warning: ${line}`));
  return services.filter(({ typeName }) => !typeName.startsWith('grpc.reflection.'));
}

/** What the document is called, and the version that its packages share. */
function titleOf(services: readonly DescService[], address: string | undefined): { title: string; version: string } {
  const versions = new Set(services.map(({ file }) => /(?:^|\.)(v\d\w*)$/.exec(file.proto.package)?.[1] ?? ''));
  const [only] = versions;
  const title = services.length === 1 ? services[0]!.typeName : `gRPC services${address ? ` of ${address}` : ''}`;
  return { title, version: versions.size === 1 && only ? only : '1' };
}

async function yamlText(document: unknown): Promise<string> {
  // Of a CommonJS package the bundle has only the default.
  const { default: yaml } = await import('yaml');
  // Aliases are for people; many readers of OpenAPI do not know them.
  return yaml.stringify(document, { aliasDuplicateObjects: false, lineWidth: 120 });
}
