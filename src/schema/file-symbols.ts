// Which names a file descriptor defines: how a file is found for a symbol, and how a false answer is noticed.
import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';

/** `name` inside `scope`; the scope may be empty. */
export function joined(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}

/** The part of a dotted name before the last dot; '' if there is none. */
export function scopeOf(fullName: string): string {
  return fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')));
}

/** The scope itself and all around it, from the inside out, '' last. */
export function scopesOf(scope: string): string[] {
  return scope === '' ? [''] : [scope, ...scopesOf(scopeOf(scope))];
}

/** Full names of the messages, enums, services and extensions at the top of a file. */
export function topLevelNames(file: FileDescriptorProto): string[] {
  const kinds = [file.messageType, file.enumType, file.service, file.extension];
  return kinds.flatMap((kind) => kind.map(({ name }) => joined(file.package, name)));
}

/** A message or enum by its full name, without a leading dot. */
export interface KnownType {
  readonly fullName: string;
  readonly kind: 'message' | 'enum';
}

/** All messages and enums of a file, nested ones included. */
export function typesOf(file: FileDescriptorProto): KnownType[] {
  const types: KnownType[] = [];
  const add = (messages: readonly DescriptorProto[], enums: readonly EnumDescriptorProto[], scope: string): void => {
    for (const { name } of enums) types.push({ fullName: joined(scope, name), kind: 'enum' });
    for (const message of messages) {
      const fullName = joined(scope, message.name);
      types.push({ fullName, kind: 'message' });
      add(message.nestedType, message.enumType, fullName);
    }
  };
  add(file.messageType, file.enumType, file.package);
  return types;
}

/**
 * Whether the file defines `fullName`: a service, method, message, field, oneof, enum, extension or enum value (as
 * `pkg.VALUE`, as the language has it, or `pkg.Enum.VALUE`).
 */
export function defines(file: FileDescriptorProto, fullName: string): boolean {
  const inPackage = file.package === '' ? fullName : withoutPrefix(fullName, file.package);
  if (inPackage === undefined) return false;
  const [first, ...rest] = inPackage.split('.');
  const isFirst = ({ name }: { name: string }): boolean => name === first;
  if (rest.length === 0 && [file.service, file.extension].some((kind) => kind.some(isFirst))) return true;
  if (rest.length === 1 && file.service.find(isFirst)?.method.some(({ name }) => name === rest[0])) return true;
  return inScope(file.messageType, file.enumType, [first!, ...rest]);
}

function inScope(
  messages: readonly DescriptorProto[],
  enums: readonly EnumDescriptorProto[],
  path: readonly string[],
): boolean {
  const [first, ...rest] = path;
  for (const { name, value } of enums) {
    if (rest.length === 0 && (name === first || value.some((v) => v.name === first))) return true;
    if (rest.length === 1 && name === first && value.some((v) => v.name === rest[0])) return true;
  }
  const message = messages.find(({ name }) => name === first);
  if (!message) return false;
  if (rest.length === 0) return true;
  const members = [message.field, message.oneofDecl, message.extension];
  if (rest.length === 1 && members.some((kind) => kind.some(({ name }) => name === rest[0]))) return true;
  return inScope(message.nestedType, message.enumType, rest);
}

function withoutPrefix(fullName: string, packageName: string): string | undefined {
  return fullName.startsWith(`${packageName}.`) ? fullName.slice(packageName.length + 1) : undefined;
}
