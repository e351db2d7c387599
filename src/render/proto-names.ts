// Type names in proto source: as short as they stay right, because a name is looked up from the inside outwards and
// the first part that is found anywhere on the way decides.
import type { DescFile, DescMessage } from '@bufbuild/protobuf';

const definedNames = new WeakMap<DescFile, ReadonlySet<string>>();
const seenFiles = new WeakMap<DescFile, readonly DescFile[]>();

/**
 * How to write `target` (a full name without leading dot) so that it is found from each of `scopes` (full names of the
 * enclosing elements, innermost only): relative within the file's package, else the full name, with a leading dot only
 * where something else would be found first.
 */
export function relativeName(target: string, scopes: readonly string[], file: DescFile): string {
  for (const candidate of candidates(target, file.proto.package)) {
    if (scopes.every((scope) => resolve(candidate, scope, file) === target)) return candidate;
  }
  return `.${target}`;
}

function* candidates(target: string, packageName: string): Generator<string> {
  if (packageName === '' || target.startsWith(`${packageName}.`)) {
    const parts = target.slice(packageName === '' ? 0 : packageName.length + 1).split('.');
    for (let from = parts.length - 1; from >= 0; from--) yield parts.slice(from).join('.');
  }
  yield target;
}

// What a compiler finds; it stops at the first scope that has the first part, even if the rest is not there.
function resolve(name: string, scope: string, file: DescFile): string | undefined {
  const first = name.split('.', 1)[0]!;
  for (let at = scope; ; at = at.includes('.') ? at.slice(0, at.lastIndexOf('.')) : '') {
    const prefix = at === '' ? '' : `${at}.`;
    if (isDefined(prefix + first, file)) return prefix + name;
    if (at === '') return undefined;
  }
}

function isDefined(fullName: string, file: DescFile): boolean {
  return filesSeenBy(file).some((seen) => namesOf(seen).has(fullName));
}

function filesSeenBy(file: DescFile): readonly DescFile[] {
  let files = seenFiles.get(file);
  if (files === undefined) {
    const found = new Set<DescFile>([file]);
    for (const each of found) for (const dependency of each.dependencies) found.add(dependency);
    files = [...found];
    seenFiles.set(file, files);
  }
  return files;
}

function namesOf(file: DescFile): ReadonlySet<string> {
  let names = definedNames.get(file);
  if (names === undefined) {
    names = collectNames(file);
    definedNames.set(file, names);
  }
  return names;
}

function collectNames(file: DescFile): Set<string> {
  const names = new Set<string>();
  const parts = file.proto.package.split('.').filter((part) => part !== '');
  for (let length = 1; length <= parts.length; length++) names.add(parts.slice(0, length).join('.'));
  for (const service of file.services) {
    names.add(service.typeName);
    for (const method of service.methods) names.add(`${service.typeName}.${method.name}`);
  }
  collectScope(file, names);
  return names;
}

function collectScope(scope: DescFile | DescMessage, names: Set<string>): void {
  const ofFile = scope.kind === 'file';
  for (const message of ofFile ? scope.messages : scope.nestedMessages) collectMessage(message, names);
  for (const enumType of ofFile ? scope.enums : scope.nestedEnums) {
    names.add(enumType.typeName);
    const outside = enumType.typeName.slice(0, enumType.typeName.length - enumType.name.length);
    for (const value of enumType.values) names.add(outside + value.name);
  }
  for (const extension of ofFile ? scope.extensions : scope.nestedExtensions) names.add(extension.typeName);
}

function collectMessage(message: DescMessage, names: Set<string>): void {
  names.add(message.typeName);
  for (const nested of message.proto.nestedType) names.add(`${message.typeName}.${nested.name}`);
  for (const field of message.fields) names.add(`${message.typeName}.${field.name}`);
  for (const oneof of message.proto.oneofDecl) names.add(`${message.typeName}.${oneof.name}`);
  collectScope(message, names);
}
