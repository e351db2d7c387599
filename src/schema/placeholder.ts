// Stand-ins for types that a schema mentions but nobody can supply, so that everything that does not need them works.
import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import type {
  DescriptorProto,
  EnumDescriptorProto,
  EnumValueDescriptorProto,
  FileDescriptorProto,
} from '@bufbuild/protobuf/wkt';
import { buildFile } from './build-file.ts';
import { newMessage } from './descriptor-message.ts';
import { scopeOf } from './file-symbols.ts';
import type { TypeReference } from './type-references.ts';

const placeholders = new WeakSet<DescMessage | DescEnum>();

/** Whether the type is only known by name: a message shows no fields then, an enum one value of no meaning. */
export function isPlaceholder(type: DescMessage | DescEnum): boolean {
  return placeholders.has(type);
}

/** An empty type with the name of the one that is missing. Throws a plain Error if the name is not a name. */
export function placeholderFor({ fullName, kind }: TypeReference): DescMessage | DescEnum {
  const name = fullName.slice(fullName.lastIndexOf('.') + 1);
  const value = newMessage<EnumValueDescriptorProto>('EnumValueDescriptorProto', {
    name: `${name}_UNKNOWN`,
    number: 0,
  });
  const proto = newMessage<FileDescriptorProto>('FileDescriptorProto', {
    name: `missing/${fullName}.proto`,
    package: scopeOf(fullName),
    syntax: 'proto3',
    messageType: kind === 'message' ? [newMessage<DescriptorProto>('DescriptorProto', { name })] : [],
    enumType: kind === 'enum' ? [newMessage<EnumDescriptorProto>('EnumDescriptorProto', { name, value: [value] })] : [],
  });
  const file = buildFile(proto, [], []);
  const type = file.messages[0] ?? file.enums[0]!;
  placeholders.add(type);
  return type;
}
