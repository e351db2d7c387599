// Field paths and values of a request while they are typed: `item.pr` → `item.price=`, `state=ACT` → `state=ACTIVE`.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { CompletionItem } from '../prompt/line.ts';

/** Items for a word of `message`, whose first `skip` characters stay as they are. */
export function fieldItems(message: DescMessage, token: string): { skip: number; items: CompletionItem[] } {
  const equals = token.indexOf('=');
  if (equals >= 0) {
    const field = fieldAt(message, token.slice(0, equals).replace(/:$/, ''));
    return { skip: equals + 1, items: field ? valueItems(field) : [] };
  }
  const dot = token.lastIndexOf('.');
  const parent = dot < 0 ? message : messageAt(message, token.slice(0, dot));
  return { skip: dot + 1, items: parent ? parent.fields.map(fieldItem) : [] };
}

function fieldItem(field: DescField): CompletionItem {
  const isMessage = field.fieldKind === 'message' && !isScalarLike(field.message.typeName);
  const isMessageList = field.fieldKind === 'list' && field.listKind === 'message';
  const behind = isMessage || field.fieldKind === 'map' ? '.' : isMessageList ? '[0].' : '=';
  return { text: `${field.name}${behind}`, label: field.name, kind: kindOf(field), open: true };
}

/** Messages that are written as one value. */
function isScalarLike(typeName: string): boolean {
  return /^google\.protobuf\.(?:Timestamp|Duration|FieldMask|\w+Value|Struct|Any|Empty)$/.test(typeName);
}

function kindOf(field: DescField): string {
  switch (field.fieldKind) {
    case 'message':
      return field.message.name;
    case 'enum':
      return field.enum.name;
    case 'list':
      return 'repeated';
    case 'map':
      return 'map';
    case 'scalar':
      return 'field';
  }
}

function valueItems(field: DescField): CompletionItem[] {
  const enumeration = field.fieldKind === 'enum' ? field.enum : field.fieldKind === 'list' ? field.enum : undefined;
  if (enumeration) return enumeration.values.map((value) => ({ text: value.name, kind: String(value.number) }));
  // 8 is TYPE_BOOL (descriptor.proto).
  if (field.fieldKind === 'scalar' && field.scalar === 8)
    return ['true', 'false'].map((text) => ({ text, kind: 'bool' }));
  return [];
}

function fieldAt(message: DescMessage, path: string): DescField | undefined {
  const dot = path.lastIndexOf('.');
  const parent = dot < 0 ? message : messageAt(message, path.slice(0, dot));
  return parent && named(parent, path.slice(dot + 1));
}

function messageAt(message: DescMessage, path: string): DescMessage | undefined {
  let current: DescMessage | undefined = message;
  let inMap = false;
  for (const step of path.split('.')) {
    if (inMap) {
      inMap = false;
      continue;
    }
    const field: DescField | undefined = current && named(current, step);
    if (!field) return undefined;
    current = 'message' in field ? field.message : undefined;
    inMap = field.fieldKind === 'map' && !step.includes('[');
  }
  return inMap ? undefined : current;
}

/** A field by proto or JSON name, an index behind it passed over. */
function named(message: DescMessage, step: string): DescField | undefined {
  const name = step.replace(/\[.*$/, '');
  return message.fields.find((field) => field.name === name || field.jsonName === name);
}
