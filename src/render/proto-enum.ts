// Enums as proto source, and what they share with messages: reserved numbers and names, visibility.
import {
  type EnumDescriptorProto,
  EnumOptionsSchema,
  type EnumValueDescriptorProto,
  EnumValueOptionsSchema,
  SymbolVisibility,
} from '@bufbuild/protobuf/wkt';
import { nameIn } from './proto-field.ts';
import {
  block,
  body,
  bracketed,
  declaration,
  type Item,
  optionItems,
  optionsOf,
  type Printing,
  statement,
} from './proto-layout.ts';
import { quotedText } from './proto-literal.ts';

type Path = readonly number[];

/** `enum X { … }`. */
export function enumLines(type: EnumDescriptorProto, path: Path, fullName: string, printing: Printing): string[] {
  const items = optionItems(optionsOf(EnumOptionsSchema, type.options, fullName, printing), printing);
  for (const [at, value] of type.value.entries()) {
    const valuePath = [...path, 2, at];
    const lines = enumValueLines(value, valuePath, fullName, printing);
    // Outside of proto2 the first value of an enum has to be the one with number zero, whatever the order.
    const isFirst = value.number === 0 && (printing.file.proto.syntax || 'proto2') !== 'proto2';
    const key = isFirst ? Number.NEGATIVE_INFINITY : value.number;
    items.push({ lines, rank: 1, key, name: value.name, path: valuePath });
  }
  const ranges = inPrintOrder(type.reservedRange, printing).map(({ start, end }) =>
    rangeText(start, end, 2_147_483_647),
  );
  items.push(...reservedItems(ranges, type.reservedName, [...path, 4], [...path, 5], printing));
  return block(`${visibility(type.visibility)}enum ${type.name}`, body(items, printing), path, printing);
}

/** `NAME = 1;` of the enum `enumName`. */
export function enumValueLines(
  value: EnumValueDescriptorProto,
  path: Path,
  enumName: string,
  printing: Printing,
): string[] {
  // The full name of a value has the scope of its enum, not the enum itself.
  const scope = enumName.includes('.') ? enumName.slice(0, enumName.lastIndexOf('.')) : '';
  const { entries } = optionsOf(EnumValueOptionsSchema, value.options, nameIn(scope, value.name), printing);
  return statement(declaration(`${value.name} = ${value.number}`, bracketed(entries, printing)), path, printing);
}

/** Reserved ranges as they were declared, or by their numbers. */
export function inPrintOrder<Range extends { readonly start: number }>(
  ranges: readonly Range[],
  printing: Printing,
): readonly Range[] {
  return printing.sorted ? [...ranges].sort((a, b) => a.start - b.start) : ranges;
}

/** `export ` or `local ` where an edition 2024 file says so. */
export function visibility(value: SymbolVisibility): string {
  if (value === SymbolVisibility.VISIBILITY_EXPORT) return 'export ';
  return value === SymbolVisibility.VISIBILITY_LOCAL ? 'local ' : '';
}

/** `7`, `1 to 5`, `100 to max`; both ends belong to the range. */
export function rangeText(first: number, last: number, highest: number): string {
  if (first === last) return String(first);
  return `${first} to ${last === highest ? 'max' : last}`;
}

/** The `reserved` statements of numbers and of names. */
export function reservedItems(
  ranges: readonly string[],
  names: readonly string[],
  rangePath: Path,
  namePath: Path,
  printing: Printing,
): Item[] {
  const items: Item[] = [];
  const quote = printing.file.proto.syntax === 'editions' ? (name: string) => name : quotedText;
  if (ranges.length > 0) {
    const lines = statement([`reserved ${ranges.join(', ')};`], rangePath, printing);
    items.push({ lines, rank: 6, key: 0, path: [...rangePath, 0] });
  }
  if (names.length > 0) {
    const lines = statement(
      [`reserved ${(printing.sorted ? [...names].sort() : names).map(quote).join(', ')};`],
      namePath,
      printing,
    );
    items.push({ lines, rank: 7, key: 0, path: [...namePath, 0] });
  }
  return items;
}
