// The field mask that grpc-gateway makes of a PATCH's body when none is sent: what the body names is what is to be changed.
// https://grpc-ecosystem.github.io/grpc-gateway/docs/mapping/patch_feature/
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { BinaryWriter, wireType } from '../codec/binary-writer.ts';
import { isJsonMessage, isTextMessage } from './field-path.ts';
import type { HttpBinding } from './rest.ts';

/**
 * The mask field of a PATCH whose body is one message field, where there is exactly one such mask; undefined for other
 * bindings.
 */
export function maskFieldOf(input: DescMessage, { httpMethod, body }: HttpBinding): DescField | undefined {
  if (httpMethod !== 'PATCH' || body === '' || body === '*') return undefined;
  const masks = input.fields.filter(({ message }) => message?.typeName === 'google.protobuf.FieldMask');
  const [mask] = masks;
  return masks.length === 1 && mask?.fieldKind === 'message' ? mask : undefined;
}

/** A mask field, with its tag, that names what a JSON body of a type has in it; empty for a body that is no object. */
export function maskFromBody(mask: DescField, type: DescMessage, body: string | Uint8Array): Uint8Array {
  const document = parsed(typeof body === 'string' ? body : new TextDecoder().decode(body));
  const paths = isObject(document) ? pathsOf(type, document, '') : [];
  if (paths.length === 0) return new Uint8Array(0);
  const out = new BinaryWriter(64);
  out.tag(mask.number, wireType.bytes);
  const start = out.begin();
  for (const path of paths.sort()) {
    out.tag(1, wireType.bytes);
    out.string(path);
  }
  out.end(start);
  return out.finish();
}

/** Liberties that readers of messages take are none of JSON's: such a body names nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** Proto names down to the values; lists, maps, and messages with JSON of their own are values. */
function pathsOf(type: DescMessage, value: Readonly<Record<string, unknown>>, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, inside]) => {
    const field = type.fields.find(({ name, jsonName }) => jsonName === key || name === key);
    if (!field) return [];
    const path = prefix + field.name;
    const isOpen = field.fieldKind === 'message' && !isTextMessage(field.message) && !isJsonMessage(field.message);
    const isEmpty = !isObject(inside) || Object.keys(inside).length === 0;
    return isOpen && !isEmpty ? pathsOf(field.message, inside, `${path}.`) : [path];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
