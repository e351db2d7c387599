// The services and methods of the target as far as they are known: loaded behind the prompt, read by completion, the
// picker and the check whether a word is a method.
import type { DescMethod } from '@bufbuild/protobuf';
import type { Schema } from '../schema/schema.ts';

/** What a target offers. */
export interface Catalog {
  readonly schema: Schema;
  /** Full names, sorted, those of gRPC itself (health, reflection) last. */
  readonly services: readonly string[];
  /** In the order of services, then of declaration. A service that cannot be had has none. */
  readonly methods: readonly DescMethod[];
}

/** Loads it. Rejects when the services cannot be listed. */
export async function loadCatalog(schema: Schema): Promise<Catalog> {
  const services = [...(await schema.listServices())].sort(byPurpose);
  // One service that cannot be had does not stand in the way of the others.
  const symbols = await Promise.all(services.map((name) => schema.symbol(name).catch(() => undefined)));
  const methods = symbols.flatMap((symbol) => (symbol?.kind === 'service' ? symbol.methods : []));
  return { schema, services, methods };
}

function byPurpose(a: string, b: string): number {
  const ofGrpc = (name: string): number => (name.startsWith('grpc.') ? 1 : 0);
  return ofGrpc(a) - ofGrpc(b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** `pkg.Svc/Method`. */
export function methodName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

/** The shortest end of a method's name that no other method has: `GetBook`, `UserService/GetUser`, or all of it. */
export function shortName(method: DescMethod, catalog: Catalog): string {
  let counts = endCounts.get(catalog);
  if (!counts) {
    counts = new Map();
    for (const one of catalog.methods) for (const end of endsOf(one)) counts.set(end, (counts.get(end) ?? 0) + 1);
    endCounts.set(catalog, counts);
  }
  return endsOf(method).find((end) => counts.get(end) === 1) ?? methodName(method);
}

/** How many methods have an end of a name: asked for every method of a catalog, so counted once. */
const endCounts = new WeakMap<Catalog, Map<string, number>>();

function endsOf(method: DescMethod): string[] {
  return [method.name, `${method.parent.name}/${method.name}`];
}

/** Whether `name`, with dots or a slash, is a method's name or an end of it. */
export function endsAt(fullName: string, name: string): boolean {
  const whole = fullName.replace('/', '.');
  const end = name.replaceAll('/', '.').replace(/^\.+/, '');
  return end !== '' && (whole === end || whole.endsWith(`.${end}`));
}
