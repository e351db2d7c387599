// Field types of descriptor.proto by name: the library's enum would bring its whole schema of schemas along.

/** The types of fields that are named by a type, among FieldDescriptorProto.Type. */
export const fieldTypes = { group: 10, message: 11, enum: 14 } as const;
