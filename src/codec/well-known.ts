// Which well-known types have a JSON form of their own.
// https://protobuf.dev/programming-guides/json/

const wrapperNames = ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'];
const wrappers = new Set(wrapperNames.map((name) => `google.protobuf.${name}Value`));
const others = new Set(
  ['Any', 'Timestamp', 'Duration', 'FieldMask', 'Struct', 'Value', 'ListValue'].map(
    (name) => `google.protobuf.${name}`,
  ),
);

/** True for google.protobuf.StringValue and its like, whose JSON is that of their only field. */
export function isWrapper(typeName: string): boolean {
  return wrappers.has(typeName);
}

/** True if the type's JSON is not an object of its fields, so that inside an Any it stands in a member `value`. */
export function hasOwnJson(typeName: string): boolean {
  return wrappers.has(typeName) || others.has(typeName);
}
