// Messages with all that can stand in them, as proto source; groups make fields and messages need each other.
import {
  type DescriptorProto,
  ExtensionRangeOptionsSchema,
  type FieldDescriptorProto,
  MessageOptionsSchema,
  OneofOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { enumLines, inPrintOrder, rangeText, reservedItems, visibility } from './proto-enum.ts';
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
  items.push(...fieldsAndMessages(message, path, place, printing));
  for (const [at, nested] of message.enumType.entries()) {
    const nestedPath = [...path, 4, at];
    const lines = enumLines(nested, nestedPath, nameIn(fullName, nested.name), printing);
    items.push({ lines, rank: 3, key: nested.name, path: nestedPath, apart: true });
  }
  items.push(...extensionRangeItems(message, path, fullName, printing));
  items.push(...extensionItems(message.extension, [...path, 6], 5, place, printing));
  const ranges = inPrintOrder(message.reservedRange, printing).map(({ start, end }) =>
    rangeText(start, end - 1, highestNumber(message)),
  );
  items.push(...reservedItems(ranges, message.reservedName, [...path, 9], [...path, 10], printing));
  return body(items, printing);
}

function highestNumber(message: DescriptorProto): number {
  return message.options?.messageSetWireFormat === true ? 2_147_483_646 : 536_870_911;
}

// A map or group field declares a nested message along with itself. Where there are no positions, the messages that
// come before that one in the descriptor are printed before the field, so that compiling gives the same order again.
function fieldsAndMessages(message: DescriptorProto, path: Path, place: FieldPlace, printing: Printing): Item[] {
  const declaredBy = (field: FieldDescriptorProto): DescriptorProto | undefined =>
    groupOf(field, place) ?? mapEntryOf(field, place);
  const declared = new Set([...message.field, ...message.extension].flatMap((field) => declaredBy(field) ?? []));
  const waiting = [...message.nestedType.entries()].filter(([, nested]) => !declared.has(nested));
  const items: Item[] = [];
  const printMessages = (before: number, rank: number): void => {
    for (let next = waiting[0]; next !== undefined && next[0] < before; next = waiting[0]) {
      const [at, nested] = next;
      const lines = messageLines(nested, [...path, 3, at], nameIn(place.scope, nested.name), printing);
      items.push({ lines, rank, key: nested.name, path: [...path, 3, at], apart: true });
      waiting.shift();
    }
  };
  for (const [at, field] of message.field.entries()) {
    const type = declaredBy(field);
    if (type !== undefined && !printing.sorted) printMessages(message.nestedType.indexOf(type), 1);
    const item = memberItem(message, at, path, place, printing);
    if (item !== undefined) items.push(item);
  }
  printMessages(message.nestedType.length, 2);
  return items;
}

// The field at an index, or the whole oneof at its first member; nothing at the others.
function memberItem(
  message: DescriptorProto,
  at: number,
  path: Path,
  place: FieldPlace,
  printing: Printing,
): Item | undefined {
  const field = message.field[at]!;
  const index = field.oneofIndex;
  if (!isMember(field, index)) {
    const fieldPath = [...path, 2, at];
    return { lines: fieldLines(field, fieldPath, place, printing), rank: 1, key: field.number, path: fieldPath };
  }
  if (message.field.findIndex((each) => isMember(each, index)) !== at) return undefined;
  const numbers = message.field.filter((each) => isMember(each, index)).map((each) => each.number);
  const lines = oneofLines(message, index, path, place, printing);
  return { lines, rank: 1, key: Math.min(...numbers), path: [...path, 8, index], apart: true };
}

// Neighbours with the same options stand in one statement, as they were most likely written.
function extensionRangeItems(message: DescriptorProto, path: Path, fullName: string, printing: Printing): Item[] {
  const items: (Item & { readonly numbers: string[]; readonly options: readonly string[] })[] = [];
  for (const [at, range] of message.extensionRange.entries()) {
    const { entries } = optionsOf(ExtensionRangeOptionsSchema, range.options, fullName, printing);
    const options = bracketed(entries, printing);
    const numbers = rangeText(range.start, range.end - 1, highestNumber(message));
    const last = items.at(-1);
    if (last?.options.join('\n') === options.join('\n')) last.numbers.push(numbers);
    else items.push({ numbers: [numbers], options, lines: [], rank: 4, key: range.start, path: [...path, 5, at] });
  }
  return items.map((item) => {
    const lines = declaration(`extensions ${item.numbers.join(', ')}`, item.options);
    // The comments belong to the statement, which has no number of its own.
    return { ...item, lines: statement(lines, items.length === 1 ? [...path, 5] : item.path!, printing) };
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
