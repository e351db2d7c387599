// Which types a file uses, by full name. Import lists cannot be trusted to say it, so files are linked by these.
import type { DescriptorProto, FieldDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { FieldType } from './descriptor-enums.ts';
import { joined } from './file-symbols.ts';

/** A use of a type: its full name without the leading dot, what it must be, and where it is used. */
export interface TypeReference {
  readonly fullName: string;
  readonly kind: 'message' | 'enum';
  /** Such as `t.M.field` or `t.S/Method`. */
  readonly usedBy: string;
}

/** A type name as written, and where it stands. */
type Visitor = (typeName: string, kind: TypeReference['kind'], usedBy: string, scope: string) => void;

/** The types that a repaired file uses, those it defines itself included, in order, repeats kept. */
export function typeReferences(file: FileDescriptorProto): TypeReference[] {
  const references: TypeReference[] = [];
  visitTypeNames(file, (typeName, kind, usedBy) => references.push({ fullName: typeName.slice(1), kind, usedBy }));
  return references;
}

/** The type names of a file not yet repaired that are relative to a scope, each pair once. */
export function relativeNames(file: FileDescriptorProto): { readonly scope: string; readonly name: string }[] {
  const names = new Map<string, { scope: string; name: string }>();
  visitTypeNames(file, (name, _kind, _usedBy, scope) => {
    if (!name.startsWith('.')) names.set(`${scope} ${name}`, { scope, name });
  });
  return [...names.values()];
}

function visitTypeNames(file: FileDescriptorProto, visit: Visitor): void {
  const visitField = (field: FieldDescriptorProto, scope: string): void => {
    const usedBy = joined(scope, field.name);
    if (field.typeName !== '') visit(field.typeName, field.type === FieldType.ENUM ? 'enum' : 'message', usedBy, scope);
    if (field.extendee !== '') visit(field.extendee, 'message', usedBy, scope);
  };
  const visitMessage = (message: DescriptorProto, outer: string): void => {
    const scope = joined(outer, message.name);
    for (const field of message.field) visitField(field, scope);
    for (const field of message.extension) visitField(field, scope);
    for (const nested of message.nestedType) visitMessage(nested, scope);
  };
  for (const message of file.messageType) visitMessage(message, file.package);
  for (const field of file.extension) visitField(field, file.package);
  for (const service of file.service) {
    const scope = joined(file.package, service.name);
    for (const { name, inputType, outputType } of service.method) {
      for (const type of [inputType, outputType]) visit(type, 'message', `${scope}/${name}`, scope);
    }
  }
}
