// What is known of a service before its methods are looked at one by one.
import type { DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { fieldNamed, isText } from './derive-request.ts';
import { type Resource, resourceOf, resourcesVisibleFrom, wordsOfType } from './derive-resource.ts';
import { isPlural, pluralOf, singularOf } from './plural.ts';
import type { HttpBinding } from './rest.ts';
import { lowerCamel, snake, splitWords, verbAndNoun } from './words.ts';

/** What the rules ask about the service around a method. */
export interface ServiceFacts {
  /** `/v1`, or `''`. */
  readonly prefix: string;
  /** The words of the service's name without `Service`: `[Payment]`. */
  readonly noun: readonly string[];
  /** The path segment for what belongs to the service as a whole: `payments`, `greeter`. */
  readonly segment: string;
  /** True if requests name things by path-like names under parents (AIP-122). */
  readonly resourceOriented: boolean;
  readonly resources: ReadonlyMap<string, Resource>;
  /** The methods by name. */
  readonly methods: ReadonlyMap<string, DescMethod>;
  /** True if the service gets, lists, makes or is called after what these words say, in the singular or the plural. */
  isKnown(words: readonly string[]): boolean;
  /** The same, but the service's name alone does not count. */
  keeps(words: readonly string[]): boolean;
  /** The path of a declared rule without prefix and verb; undefined for methods without one, or with another prefix. */
  declaredPath(method: DescMethod): string | undefined;
  resourceCalled(words: readonly string[]): Resource | undefined;
}

const standard = new Set([
  'Get',
  'List',
  'Create',
  'Update',
  'Delete',
  'Insert',
  'Patch',
  'Put',
  'Replace',
  'Describe',
]);

/** Looks a service over; `declared` are the HTTP rules that some of its methods have. */
export function factsOf(service: DescService, declared: ReadonlyMap<DescMethod, readonly HttpBinding[]>): ServiceFacts {
  const resources = resourcesVisibleFrom(service.file);
  const { noun, segment } = serviceNoun(service.name);
  const nouns = new Set<string>();
  for (const { name } of service.methods) {
    const split = verbAndNoun(name);
    if (standard.has(split.verb)) nouns.add(keyOf(split.noun.length === 0 ? noun : split.noun));
  }
  const prefix = prefixOf(service, declared);
  for (const segment of [...declared.values()].flatMap((bindings) => bindings[0]?.template.segments ?? []))
    if (!segment.startsWith('*') && isPlural(segment)) nouns.add(keyOf(splitWords(segment)));
  const learnt = learntResources([...declared.values()].flat());
  const byNoun = new Map([...resources.values()].reverse().map((each) => [keyOf(wordsOfType(each.type)), each]));
  return {
    prefix,
    noun,
    segment,
    resources,
    resourceOriented: service.methods.some(({ input }) => namesResources(input)),
    methods: new Map(service.methods.map((method) => [method.name, method])),
    declaredPath: (method) => withoutPrefix(declared.get(method)?.[0]?.template.text, prefix),
    keeps: (words) => nouns.has(keyOf(words)),
    isKnown: (words) => nouns.has(keyOf(words)) || keyOf(words) === keyOf(noun),
    resourceCalled: (words) => byNoun.get(keyOf(words)) ?? learnt.get(keyOf(words)),
  };
}

/** Resources that declared paths tell of: of a variable `shelves/{shelf}` in stars, the shelf. */
function learntResources(bindings: readonly HttpBinding[]): ReadonlyMap<string, Resource> {
  const learnt = new Map<string, Resource>();
  for (const { template } of bindings) {
    for (const { start, end } of template.variables) {
      const [collection = '', last] = template.segments.slice(end - 2, end);
      if (end - start < 2 || last !== '*' || collection.startsWith('*')) continue;
      const type = keyOf(splitWords(collection));
      if (!learnt.has(type)) learnt.set(type, { type, patterns: [template.segments.slice(start, end)] });
    }
  }
  return learnt;
}

function withoutPrefix(template: string | undefined, prefix: string): string | undefined {
  if (template?.startsWith(`${prefix}/`) !== true) return undefined;
  return template.slice(prefix.length).replace(/:[^/}]*$/, '');
}

function namesResources(request: DescMessage): boolean {
  const parent = fieldNamed(request, 'parent');
  if (parent !== undefined && isText(parent)) return true;
  return request.fields.some((field) => field.fieldKind === 'message' && resourceOf(field.message) !== undefined);
}

function keyOf(words: readonly string[]): string {
  return snake([...words.slice(0, -1), ...words.slice(-1).map(singularOf)]);
}

const suffix = /(Service|API|Api|Manager)$/;

/** `PaymentService` keeps payments; what has no such ending, as `Greeter`, is the thing itself. */
function serviceNoun(name: string): { noun: readonly string[]; segment: string } {
  const bare = name.replace(suffix, '');
  const noun = splitWords(bare === '' ? name : bare);
  if (noun.length === 0) return { noun: [name], segment: name };
  if (bare === name || bare === '') return { noun, segment: lowerCamel(noun) };
  return { noun, segment: lowerCamel([...noun.slice(0, -1), ...noun.slice(-1).map(pluralOf)]) };
}

const version = /^v\d+((alpha|beta|p|eap|rc|small|main)\d*)*$/i;

/** The version that the package ends in; else what the declared paths of the service all begin with, up to a version. */
function prefixOf(service: DescService, declared: ReadonlyMap<DescMethod, readonly HttpBinding[]>): string {
  const learnt = new Set<string>();
  for (const method of service.methods) {
    const segments = declared.get(method)?.[0]?.template.segments;
    if (segments === undefined) continue;
    const at = segments.findIndex((segment) => version.test(segment));
    learnt.add(
      at < 0 || segments.slice(0, at).some((each) => each.startsWith('*')) ? '' : segments.slice(0, at + 1).join('/'),
    );
  }
  const [only = ''] = learnt;
  if (learnt.size === 1 && only !== '') return `/${only}`;
  const last = service.file.proto.package.split('.').at(-1) ?? '';
  return version.test(last) ? `/${last.toLowerCase()}` : '';
}
