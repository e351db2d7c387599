// Which types a file uses, by full name. Import lists cannot be trusted to say it, so files are linked by these.
import {
  type DescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProto_Type as FieldType,
  type FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { joined } from './file-symbols.ts';

/** A use of a type: its full name without the leading dot, what it must be, and where it is used. */
export interface TypeReference {
  readonly fullName: string;
  readonly kind: 'message' | 'enum';
  /** Such as `t.M.field` or `t.S/Method`. */
  readonly usedBy: string;
}

/** The types that a repaired file uses, those it defines itself included, in order, repeats kept. */
export function typeReferences(file: FileDescriptorProto): TypeReference[] {
  const references: TypeReference[] = [];
  const add = (typeName: string, kind: TypeReference['kind'], usedBy: string): void => {
    if (typeName !== '') references.push({ fullName: typeName.slice(1), kind, usedBy });
  };
  const addField = (field: FieldDescriptorProto, scope: string): void => {
    const usedBy = joined(scope, field.name);
    add(field.typeName, field.type === FieldType.ENUM ? 'enum' : 'message', usedBy);
    add(field.extendee, 'message', usedBy);
  };
  const addMessage = (message: DescriptorProto, outer: string): void => {
    const scope = joined(outer, message.name);
    for (const field of message.field) addField(field, scope);
    for (const field of message.extension) addField(field, scope);
    for (const nested of message.nestedType) addMessage(nested, scope);
  };
  for (const message of file.messageType) addMessage(message, file.package);
  for (const field of file.extension) addField(field, file.package);
  for (const service of file.service) {
    for (const method of service.method) {
      const usedBy = `${joined(file.package, service.name)}/${method.name}`;
      add(method.inputType, 'message', usedBy);
      add(method.outputType, 'message', usedBy);
    }
  }
  return references;
}
