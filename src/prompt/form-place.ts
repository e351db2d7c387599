// What a place in a message holds, as the form sees it: which types are one line of text, which open into more rows.
import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { wrappedScalar } from '../codec/field-shape.ts';

/** Types of google.type that are written as one line. */
export type GoogleType = 'date' | 'money' | 'latlng';

/** `scalar` is also a wrapper such as google.protobuf.Int64Value, which then is `wrapper`. */
export type Place =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType; readonly wrapper?: string | undefined }
  | { readonly kind: 'enum'; readonly desc: DescEnum }
  | { readonly kind: 'null' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'duration' }
  | { readonly kind: 'mask' }
  | { readonly kind: 'json'; readonly form: 'Struct' | 'Value' | 'ListValue' }
  | { readonly kind: 'google'; readonly form: GoogleType; readonly desc: DescMessage }
  | { readonly kind: 'message'; readonly desc: DescMessage }
  | { readonly kind: 'any' }
  | { readonly kind: 'list'; readonly element: Place }
  | { readonly kind: 'map'; readonly key: ScalarType; readonly value: Place };

/** Places that are one line of text. */
export type LeafPlace = Exclude<Place, { kind: 'message' | 'any' | 'list' | 'map' }>;

/** What a field holds; extensions are fields too. */
export type AnyField = Pick<DescField, 'fieldKind' | 'message' | 'enum' | 'scalar' | 'name'> & {
  readonly mapKey?: ScalarType | undefined;
};

const bytesPlace: Place = { kind: 'scalar', scalar: ScalarType.BYTES };

/** The place that a field is. */
export function fieldPlace(field: DescField | AnyField): Place {
  const element = elementPlace(field);
  if (field.fieldKind === 'list') return { kind: 'list', element };
  return field.fieldKind === 'map' ? { kind: 'map', key: field.mapKey!, value: element } : element;
}

function elementPlace(field: DescField | AnyField): Place {
  if (field.message !== undefined) return messagePlace(field.message);
  if (field.enum === undefined) return { kind: 'scalar', scalar: field.scalar! };
  return field.enum.typeName === 'google.protobuf.NullValue' ? { kind: 'null' } : { kind: 'enum', desc: field.enum };
}

/** The place that holds a message of this type. */
function messagePlace(desc: DescMessage): Place {
  const scalar = wrappedScalar(desc);
  if (scalar !== undefined) return { kind: 'scalar', scalar, wrapper: desc.name };
  switch (desc.typeName) {
    case 'google.protobuf.Timestamp':
      return { kind: 'timestamp' };
    case 'google.protobuf.Duration':
      return { kind: 'duration' };
    case 'google.protobuf.FieldMask':
      return { kind: 'mask' };
    case 'google.protobuf.Any':
      return { kind: 'any' };
    case 'google.protobuf.Struct':
    case 'google.protobuf.Value':
    case 'google.protobuf.ListValue':
      return { kind: 'json', form: desc.name as 'Struct' | 'Value' | 'ListValue' };
    case 'google.type.Date':
      return { kind: 'google', form: 'date', desc };
    case 'google.type.Money':
      return { kind: 'google', form: 'money', desc };
    case 'google.type.LatLng':
      return { kind: 'google', form: 'latlng', desc };
    default:
      return { kind: 'message', desc };
  }
}

/** True if the place is one line of text. */
export function isLeaf(place: Place): place is LeafPlace {
  return place.kind !== 'message' && place.kind !== 'any' && place.kind !== 'list' && place.kind !== 'map';
}

/** The type as the rows show it: short, `[]` for lists, `map<string,Point>`. */
export function placeName(place: Place): string {
  switch (place.kind) {
    case 'scalar':
      return place.wrapper ?? ScalarType[place.scalar].toLowerCase();
    case 'enum':
      return 'enum';
    case 'null':
      return 'NullValue';
    case 'timestamp':
      return 'Timestamp';
    case 'duration':
      return 'Duration';
    case 'mask':
      return 'FieldMask';
    case 'json':
      return place.form;
    case 'google':
    case 'message':
      return place.desc.name;
    case 'any':
      return 'Any';
    case 'list':
      return `${placeName(place.element)}[]`;
    case 'map':
      return `map<${ScalarType[place.key].toLowerCase()},${placeName(place.value)}>`;
  }
}

/** What is inside an Any of this type URL: bytes if `find` does not know the type. */
export function insidePlace(typeUrl: string, find: (name: string) => DescMessage | undefined): Place {
  const desc = find(typeUrl.slice(typeUrl.lastIndexOf('/') + 1));
  return desc === undefined ? bytesPlace : messagePlace(desc);
}
