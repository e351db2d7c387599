// What a place in a request document may hold, as FIELD=VALUE words see it: well-known types that JSON writes in a form
// of their own are told apart here, so that setting words and making words agree about them.
import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';

/** `json` is any JSON value (google.protobuf.Value), `any` a message that names its type itself. */
export type Shape =
  | { readonly kind: 'message'; readonly desc: DescMessage }
  | { readonly kind: 'list'; readonly element: Shape }
  | { readonly kind: 'map'; readonly key: ScalarType; readonly element: Shape; readonly isStruct: boolean }
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  | { readonly kind: 'enum'; readonly desc: DescEnum }
  | { readonly kind: 'json' }
  | { readonly kind: 'any' };

/** The shape of a message. */
export function messageShape(desc: DescMessage): Shape {
  switch (desc.typeName) {
    case 'google.protobuf.Value':
      return { kind: 'json' };
    case 'google.protobuf.Struct':
      return { kind: 'map', key: ScalarType.STRING, element: { kind: 'json' }, isStruct: true };
    case 'google.protobuf.ListValue':
      return { kind: 'list', element: { kind: 'json' } };
    case 'google.protobuf.Any':
      return { kind: 'any' };
    default:
      return { kind: 'message', desc };
  }
}

/** The shape of a field's value: a list if it is repeated. */
export function fieldShape(field: DescField): Shape {
  const element = elementShape(field);
  if (field.fieldKind === 'list') return { kind: 'list', element };
  return field.fieldKind === 'map' ? { kind: 'map', key: field.mapKey, element, isStruct: false } : element;
}

function elementShape(field: DescField): Shape {
  if (field.message !== undefined) return messageShape(field.message);
  return field.enum !== undefined ? { kind: 'enum', desc: field.enum } : { kind: 'scalar', scalar: field.scalar! };
}

/** The scalar that a wrapper such as google.protobuf.Int64Value holds; undefined for other messages. */
export function wrappedScalar(desc: DescMessage): ScalarType | undefined {
  const isWrapper = /^google\.protobuf\.(?:Bool|Bytes|Double|Float|U?Int(?:32|64)|String)Value$/.test(desc.typeName);
  const field = isWrapper ? desc.fields.find(({ number }) => number === 1) : undefined;
  return field?.scalar;
}

/** What is expected there, for messages. */
export function shapeName(shape: Shape): string {
  switch (shape.kind) {
    case 'message':
      return shape.desc.typeName;
    case 'list':
      return `a list of ${shapeName(shape.element)}`;
    case 'map':
      return shape.isStruct ? 'google.protobuf.Struct' : `a map of ${shapeName(shape.element)}`;
    case 'scalar':
      return ScalarType[shape.scalar].toLowerCase();
    case 'enum':
      return shape.desc.typeName;
    case 'json':
      return 'any JSON';
    case 'any':
      return 'google.protobuf.Any';
  }
}
