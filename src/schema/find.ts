// From a name as typed to its descriptor: exact names cost nothing extra, shorter ones are looked for, and a name that
// fits nothing or too much is answered with what there is.
import type { DescFile, DescMethod, DescService } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import { UserError } from '../errors.ts';
import { scopeOf } from './file-symbols.ts';
import { nearest } from './nearest.ts';
import { isPlaceholder } from './placeholder.ts';
import { quoted, shown } from './quote.ts';
import type { DescSymbol, Schema } from './schema.ts';
import { describesNothing, didYouMean, methodsOf, some } from './suggest.ts';

/** As many services are loaded to find one method, and to suggest one. */
const manyServices = 200;

/**
 * The method called `pkg.Svc/Method`, `pkg.Svc.Method`, either with a leading `/` or `.`, or any suffix of these that
 * starts at a dot or slash and is unique.
 *
 * @throws UserError code 4 if there is none, naming the nearest; code 2 if several fit, naming all.
 */
export async function findMethod(schema: Schema, name: string): Promise<DescMethod> {
  const word = withoutLead(name);
  const exact = word === '' ? undefined : await exactly(schema, word);
  if (exact?.kind === 'rpc') return usable(schema, exact);
  if (exact) throw notAMethod(exact, word);
  const services = await schema.listServices();
  const dotted = word.replaceAll('/', '.');
  const loaded = await servicesWith(schema, dotted, fitting(services, scopeOf(dotted)));
  const matches = loaded.flatMap(({ methods }) => methods).filter((method) => endsAtBoundary(nameOf(method), dotted));
  if (matches.length === 1) return usable(schema, matches[0]!);
  if (matches.length > 1) throw ambiguous(name, 'methods', matches.map(slashed));
  throw noMethod(schema, name, dotted, services, loaded);
}

/**
 * The service with this full name or unique suffix.
 *
 * @throws UserError code 4 if there is none, naming the nearest; code 2 if several fit, naming all.
 */
export async function findService(schema: Schema, name: string): Promise<DescService> {
  const word = withoutLead(name).replace(/\/$/, '');
  const exact = word === '' ? undefined : await exactly(schema, word);
  if (exact?.kind === 'service') return exact;
  if (exact) throw new UserError(4, `${word} is ${a(exact)}, not a service`);
  const services = await schema.listServices();
  const matches = services.filter((service) => endsAtBoundary(service, word));
  if (matches.length > 1) throw ambiguous(name, 'services', matches);
  const found = matches[0] === undefined ? undefined : await schema.symbol(matches[0]);
  if (found?.kind === 'service') return found;
  if (matches[0] !== undefined) throw describesNothing(schema, matches[0]);
  throw new UserError(4, `no service ${quoted(name)} in ${shown(schema.name)}`, { hint: didYouMean(word, services) });
}

/**
 * All services of the source, in the order of their names. One that cannot be had (C++ servers list their health service
 * and do not describe it) is told and left out: the others are still of use.
 *
 * @throws UserError code 4 if services are listed and none can be had.
 */
export async function findServices(schema: Schema, tell: ((line: string) => void) | undefined): Promise<DescService[]> {
  const names = await schema.listServices();
  const found = await Promise.allSettled(names.map((name) => findService(schema, name)));
  const failures = found.flatMap((one, at) => (one.status === 'rejected' ? [{ name: names[at]!, ...one }] : []));
  const [first] = failures;
  if (first && failures.length === names.length) throw first.reason;
  for (const { name, reason } of failures) tell?.(`${shown(name)} is left out: ${(reason as Error).message}`);
  return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/**
 * Anything with this full name or unique suffix: service, method, message, field, oneof, enum, enum value (as
 * `pkg.VALUE` or `pkg.Enum.VALUE`) or extension.
 *
 * @throws UserError code 4 if there is none, naming the nearest; code 2 if several fit, naming all.
 */
export async function findSymbol(schema: Schema, name: string): Promise<DescSymbol> {
  const word = withoutLead(name);
  const exact = word === '' ? undefined : await exactly(schema, word);
  if (exact) return exact;
  const dotted = word.replaceAll('/', '.');
  const known = await uniqueSymbol(schema, name, dotted, await schema.symbolNames());
  if (known) return known;
  // Only now is it worth looking into files: a nested type, member or a file that no service leads to by name.
  const files = await schema.filesNaming(lastOf(dotted));
  const names = await schema.symbolNames();
  const found = (await schema.symbol(word)) ?? (await uniqueSymbol(schema, name, dotted, names));
  if (found) return found;
  const member = uniqueMember(files, name, dotted);
  if (member) return member;
  if ((await schema.listServices()).includes(word)) throw describesNothing(schema, word);
  throw new UserError(4, `no symbol ${quoted(name)} in ${shown(schema.name)}`, { hint: didYouMean(word, names) });
}

/** `pkg.Svc/Method`, the form in which methods are shown. */
export function slashed(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

/** An exact name. A name without a package may well be a suffix, so the list is asked for at the same time. */
async function exactly(schema: Schema, word: string): Promise<DescSymbol | undefined> {
  if (word.includes('.')) return schema.symbol(word);
  const list = schema.listServices();
  list.catch(() => {});
  return schema.symbol(word);
}

async function uniqueSymbol(
  schema: Schema,
  name: string,
  dotted: string,
  names: readonly string[],
): Promise<DescSymbol | undefined> {
  const matches = [...new Set(names)].filter((one) => endsAtBoundary(one.replaceAll('/', '.'), dotted));
  if (matches.length > 1) throw ambiguous(name, 'symbols', matches);
  return matches[0] === undefined ? undefined : schema.symbol(matches[0]);
}

/** `Svc.Method`, `Message.field`: the parent by suffix, the last part exactly; a bare word may be a method. */
function uniqueMember(files: readonly DescFile[], name: string, dotted: string): DescSymbol | undefined {
  const scope = scopeOf(dotted);
  const last = lastOf(dotted);
  const types = files.flatMap((file) => [...nestedTypes(file)]);
  const members = types.flatMap((parent): readonly DescSymbol[] => {
    if (scope !== '' && !endsAtBoundary(parent.typeName, scope)) return [];
    if (parent.kind === 'service') return parent.methods;
    if (scope === '' || parent.kind === 'extension') return [];
    return parent.kind === 'enum' ? parent.values : [...parent.fields, ...parent.oneofs];
  });
  const found = [...new Set(members.filter((member) => member.name === last))];
  if (found.length > 1) throw ambiguous(name, 'symbols', found.map(nameOf));
  return found[0];
}

/** The services that may have the method; where there are very many, only those of the files that have such a name. */
async function servicesWith(schema: Schema, dotted: string, names: readonly string[]): Promise<DescService[]> {
  if (names.length <= manyServices) return loadServices(schema, names);
  const files = await schema.filesNaming(lastOf(dotted));
  const wanted = new Set(names);
  return files.flatMap((file) => file.services).filter(({ typeName }) => wanted.has(typeName));
}

async function loadServices(schema: Schema, names: readonly string[]): Promise<DescService[]> {
  // One service that cannot be had does not stand in the way of the others.
  const symbols = await Promise.all(names.map((name) => schema.symbol(name).catch(() => undefined)));
  return symbols.filter((symbol) => symbol?.kind === 'service');
}

function fitting(services: readonly string[], scope: string): string[] {
  return services.filter((service) => scope === '' || endsAtBoundary(service, scope));
}

function endsAtBoundary(fullName: string, suffix: string): boolean {
  return suffix !== '' && (fullName === suffix || fullName.endsWith(`.${suffix}`));
}

function lastOf(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1);
}

function withoutLead(name: string): string {
  return name.trim().replace(/^[./]+/, '');
}

function nameOf(symbol: DescSymbol): string {
  return 'typeName' in symbol ? symbol.typeName : `${symbol.parent.typeName}.${symbol.name}`;
}

/** Refuses a method whose request or response type nobody has. */
function usable(schema: Schema, method: DescMethod): DescMethod {
  for (const [role, type] of [
    ['request', method.input],
    ['response', method.output],
  ] as const) {
    if (!isPlaceholder(type)) continue;
    const message = `type ${type.typeName}, the ${role} of ${slashed(method)}, is not in ${shown(schema.name)}`;
    const file = shown(method.parent.file.proto.name);
    throw new UserError(4, `${message} (needed by ${file})`, {
      hint: 'give the missing file with --proto or --protoset',
    });
  }
  return method;
}

function ambiguous(name: string, what: string, matches: readonly string[]): UserError {
  const list = some([...matches].sort());
  return new UserError(2, `${quoted(name)} fits ${matches.length} ${what}: ${list}`, {
    hint: 'write more of the name',
  });
}

function notAMethod(symbol: DescSymbol, word: string): UserError {
  if (symbol.kind !== 'service') return new UserError(4, `${word} is ${a(symbol)}, not a method`);
  return new UserError(4, `${word} is a service; name one of its methods`, { hint: methodsOf(symbol) });
}

function noMethod(
  schema: Schema,
  name: string,
  dotted: string,
  services: readonly string[],
  loaded: readonly DescService[],
): UserError {
  const scope = scopeOf(dotted);
  const last = dotted.slice(scope === '' ? 0 : scope.length + 1);
  if (scope !== '' && loaded.length === 1) {
    const [service] = loaded;
    return new UserError(4, `${service!.typeName} has no method ${quoted(last)}`, { hint: methodsOf(service!, last) });
  }
  if (scope !== '' && loaded.length === 0) {
    const listed = fitting(services, scope)[0];
    if (listed !== undefined) return describesNothing(schema, listed);
    const message = `no service ${quoted(scope)} in ${shown(schema.name)}`;
    return new UserError(4, message, { hint: didYouMean(scope, services) });
  }
  const methods = loaded.flatMap((service) => service.methods);
  const near = new Set(
    nearest(
      last,
      methods.map((method) => method.name),
    ),
  );
  const hint = didYouMean(last, methods.filter((method) => near.has(method.name)).map(slashed));
  return new UserError(4, `no method ${quoted(name)} in ${shown(schema.name)}`, { hint });
}

function a(symbol: DescSymbol): string {
  const kind = symbol.kind === 'rpc' ? 'method' : symbol.kind.replace('_', ' ');
  return /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}
