// The resources that a schema declares (google.api.resource) and the fields that name one (google.api.resource_reference).
// The options are read from their bytes: a server's reflection seldom ships google/api/resource.proto.
import type { DescField, DescFile, DescMessage, UnknownField } from '@bufbuild/protobuf';
import { BinaryReader } from '../codec/binary-reader.ts';
import { splitWords } from './words.ts';

/**
 * A resource type, such as `library.example.com/Book`, with its name patterns as segments: `shelves/{shelf}` is `shelves`
 * and `*`.
 */
export interface Resource {
  readonly type: string;
  readonly patterns: readonly (readonly string[])[];
}

/** What a field's annotation says: that it names a resource of `type`, or the parent of one of `childType`. */
export interface Reference {
  readonly type: string;
  readonly childType: string;
}

// Field numbers of the extensions (google/api/resource.proto).
const resourceOption = 1053;
const referenceOption = 1055;

// Parents that schemas refer to without importing what declares them (google/cloud/common_resources.proto).
const common: readonly Resource[] = [
  { type: 'cloudresourcemanager.googleapis.com/Project', patterns: [['projects', '*']] },
  { type: 'cloudresourcemanager.googleapis.com/Organization', patterns: [['organizations', '*']] },
  { type: 'cloudresourcemanager.googleapis.com/Folder', patterns: [['folders', '*']] },
  { type: 'locations.googleapis.com/Location', patterns: [['projects', '*', 'locations', '*']] },
];

const resourcesOfFile = new WeakMap<DescFile, readonly Resource[]>();
const visibleFrom = new WeakMap<DescFile, ReadonlyMap<string, Resource>>();

/** The resource types declared in a file and in all that it imports, by type. */
export function resourcesVisibleFrom(file: DescFile): ReadonlyMap<string, Resource> {
  const known = visibleFrom.get(file);
  if (known !== undefined) return known;
  const found = new Map<string, Resource>();
  const seen = new Set<DescFile>();
  const visit = (each: DescFile): void => {
    if (seen.has(each)) return;
    seen.add(each);
    for (const resource of declaredIn(each)) if (!found.has(resource.type)) found.set(resource.type, resource);
    each.dependencies.forEach(visit);
  };
  visit(file);
  for (const resource of common) if (!found.has(resource.type)) found.set(resource.type, resource);
  visibleFrom.set(file, found);
  return found;
}

/** The resource that a message is, if it says so. */
export function resourceOf(message: DescMessage): Resource | undefined {
  return resources(message.proto.options, resourceOption)[0];
}

/** The annotation of a field that names a resource. */
export function referenceOf(field: DescField): Reference | undefined {
  const [strings] = optionStrings(field.proto.options, referenceOption);
  if (strings === undefined) return undefined;
  return { type: strings.get(1)?.[0] ?? '', childType: strings.get(2)?.[0] ?? '' };
}

/** The words of a resource type's own name: `[Book]` of `library.example.com/Book`. */
export function wordsOfType(type: string): string[] {
  return splitWords(type.slice(type.lastIndexOf('/') + 1));
}

function patternSegments(pattern: string): string[] {
  if (pattern === '*') return ['**'];
  return pattern.split('/').map((segment) => {
    if (/^\{[^}]*=\*\*\}$/.test(segment)) return '**';
    return segment.includes('{') ? '*' : segment;
  });
}

function declaredIn(file: DescFile): readonly Resource[] {
  let found = resourcesOfFile.get(file);
  if (found === undefined) {
    const inMessages = file.messages.flatMap((message) => resources(message.proto.options, resourceOption));
    found = [...resources(file.proto.options, resourceOption), ...inMessages];
    resourcesOfFile.set(file, found);
  }
  return found;
}

interface Options {
  readonly $unknown?: UnknownField[] | undefined;
}

/** ResourceDescriptor: type = 1, pattern = 2. */
function resources(options: Options | undefined, number: number): Resource[] {
  return optionStrings(options, number)
    .map((strings) => ({ type: strings.get(1)?.[0] ?? '', patterns: (strings.get(2) ?? []).map(patternSegments) }))
    .filter(({ type }) => type !== '');
}

/** The length-delimited fields of each message that an option holds, as text by field number; broken ones are left out. */
function optionStrings(options: Options | undefined, number: number): ReadonlyMap<number, string[]>[] {
  const found: ReadonlyMap<number, string[]>[] = [];
  for (const { no, wireType, data } of options?.$unknown ?? []) {
    if (no !== number || wireType !== 2) continue;
    try {
      found.push(stringsOf(data));
    } catch {
      // An annotation that can't be read says nothing; deriving goes on without it.
    }
  }
  return found;
}

function stringsOf(data: Uint8Array): ReadonlyMap<number, string[]> {
  const strings = new Map<number, string[]>();
  const reader = new BinaryReader(new BinaryReader(data, 'an option').chunk(), 'an option');
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if ((tag & 7) !== 2) {
      reader.skip(tag);
      continue;
    }
    const values = strings.get(tag >>> 3) ?? [];
    strings.set(tag >>> 3, [...values, Buffer.from(reader.chunk()).toString('utf8')]);
  }
  return strings;
}
