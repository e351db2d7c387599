// Messages with all that can stand in them, as proto source; groups make fields and messages need each other.
import {
  type DescriptorProto,
  ExtensionRangeOptionsSchema,
  type FieldDescriptorProto,
  MessageOptionsSchema,
  OneofOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { enumLines, rangeText, reservedItems, visibility } from './proto-enum.ts';
import {
  type FieldPlace,
  fieldOptions,
  groupOf,
  isMember,
  labelText,
  mapEntryOf,
  nameIn,
  typeText,
} from './proto-field.ts';
import {
  block,
  body,
  bracketed,
  declaration,
  type Item,
  indented,
  optionItems,
  optionsOf,
  type Printing,
  refer,
  statement,
} from './proto-layout.ts';

type Path = readonly number[];

/** `message X { … }`. */
export function messageLines(message: DescriptorProto, path: Path, fullName: string, printing: Printing): string[] {
  const head = `${visibility(message.visibility)}message ${message.name}`;
  return block(head, messageBody(message, path, fullName, printing), path, printing);
}

// What stands between the braces of a message or group.
function messageBody(message: DescriptorProto, path: Path, fullName: string, printing: Printing): string[] {
  const place: FieldPlace = { scope: fullName, nested: message.nestedType, nestedPath: [...path, 3] };
  const items = optionItems(optionsOf(MessageOptionsSchema, message.options, fullName, printing), printing);
  items.push(...memberItems(message, path, place, printing));
  items.push(...nestedItems(message, path, place, printing));
  items.push(...extensionRangeItems(message, path, fullName, printing));
  items.push(...extensionItems(message.extension, [...path, 6], 5, place, printing));
  const ranges = message.reservedRange.map(({ start, end }) => rangeText(start, end - 1, highestNumber(message)));
  items.push(...reservedItems(ranges, message.reservedName, [...path, 9], [...path, 10], printing));
  return body(items, printing);
}

function highestNumber(message: DescriptorProto): number {
  return message.options?.messageSetWireFormat === true ? 2_147_483_646 : 536_870_911;
}

function memberItems(message: DescriptorProto, path: Path, place: FieldPlace, printing: Printing): Item[] {
  const items: Item[] = [];
  const started = new Set<number>();
  for (const [at, field] of message.field.entries()) {
    const fieldPath = [...path, 2, at];
    if (!isMember(field, field.oneofIndex)) {
      items.push({ lines: fieldLines(field, fieldPath, place, printing), rank: 1, key: field.number, path: fieldPath });
    } else if (!started.has(field.oneofIndex)) {
      started.add(field.oneofIndex);
      const lines = oneofLines(message, field.oneofIndex, path, place, printing);
      const numbers = message.field.filter((each) => isMember(each, field.oneofIndex)).map((each) => each.number);
      const oneofPath = [...path, 8, field.oneofIndex];
      items.push({ lines, rank: 1, key: Math.min(...numbers), path: oneofPath, apart: true });
    }
  }
  return items;
}

// Nested messages and enums, without the messages that a map or group field declares along with itself.
function nestedItems(message: DescriptorProto, path: Path, place: FieldPlace, printing: Printing): Item[] {
  const items: Item[] = [];
  const fields = [...message.field, ...message.extension];
  const declared = new Set(fields.flatMap((field) => groupOf(field, place) ?? mapEntryOf(field, place) ?? []));
  for (const [at, nested] of message.nestedType.entries()) {
    if (declared.has(nested)) continue;
    const nestedPath = [...path, 3, at];
    const lines = messageLines(nested, nestedPath, nameIn(place.scope, nested.name), printing);
    items.push({ lines, rank: 2, key: nested.name, path: nestedPath, apart: true });
  }
  for (const [at, nested] of message.enumType.entries()) {
    const nestedPath = [...path, 4, at];
    const lines = enumLines(nested, nestedPath, nameIn(place.scope, nested.name), printing);
    items.push({ lines, rank: 3, key: nested.name, path: nestedPath, apart: true });
  }
  return items;
}

function extensionRangeItems(message: DescriptorProto, path: Path, fullName: string, printing: Printing): Item[] {
  return message.extensionRange.map((range, at) => {
    const { entries } = optionsOf(ExtensionRangeOptionsSchema, range.options, fullName, printing);
    const numbers = rangeText(range.start, range.end - 1, highestNumber(message));
    const rangePath = [...path, 5, at];
    const lines = statement(declaration(`extensions ${numbers}`, bracketed(entries, printing)), rangePath, printing);
    return { lines, rank: 4, key: range.start, path: rangePath };
  });
}

/** The declaration of one field with its comments; a group with its body. */
export function fieldLines(field: FieldDescriptorProto, path: Path, place: FieldPlace, printing: Printing): string[] {
  const group = groupOf(field, place);
  const type = group === undefined ? typeText(field, place, printing) : `group ${group.name}`;
  const name = group === undefined ? ` ${field.name}` : '';
  const options = bracketed(fieldOptions(field, place, printing), printing);
  const head = `${labelText(field, place, printing)}${type}${name} = ${field.number}`;
  if (group === undefined) return statement(declaration(head, options), path, printing);
  const groupPath = [...place.nestedPath, place.nested.indexOf(group)];
  const inner = messageBody(group, groupPath, nameIn(place.scope, group.name), printing);
  const [first, ...rest] = options;
  return block([`${head}${first}`, ...rest].join('\n'), inner, groupPath, printing).flatMap((line) => line.split('\n'));
}

/** `oneof x { … }` with its members. */
export function oneofLines(
  message: DescriptorProto,
  index: number,
  messagePath: Path,
  place: FieldPlace,
  printing: Printing,
): string[] {
  const oneof = message.oneofDecl[index]!;
  const list = optionsOf(OneofOptionsSchema, oneof.options, nameIn(place.scope, oneof.name), printing);
  const items = optionItems(list, printing);
  for (const [at, field] of message.field.entries()) {
    if (!isMember(field, index)) continue;
    const path = [...messagePath, 2, at];
    items.push({ lines: fieldLines(field, path, place, printing), rank: 1, key: field.number, path });
  }
  return block(`oneof ${oneof.name}`, body(items, printing), [...messagePath, 8, index], printing);
}

/** `extend X { … }` blocks for the extensions declared in one place, one for each extendee. */
export function extensionItems(
  extensions: readonly FieldDescriptorProto[],
  path: Path,
  rank: number,
  place: FieldPlace,
  printing: Printing,
): Item[] {
  const byExtendee = new Map<string, Item[]>();
  for (const [at, field] of extensions.entries()) {
    const fieldPath = [...path, at];
    const item = { lines: fieldLines(field, fieldPath, place, printing), rank, key: field.number, path: fieldPath };
    byExtendee.set(field.extendee, [...(byExtendee.get(field.extendee) ?? []), item]);
  }
  return [...byExtendee].map(([extendee, items]) => ({
    lines: extendLines(extendee, body(items, printing), place.scope, printing),
    rank,
    key: extendee,
    path: items[0]!.path!,
    apart: true,
  }));
}

/** `extend X { … }` around lines. */
export function extendLines(extendee: string, inner: readonly string[], scope: string, printing: Printing): string[] {
  return [`extend ${refer(extendee, [scope], printing)} {`, ...indented(inner), '}'];
}
