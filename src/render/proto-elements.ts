// Messages, enums, services and whole files as proto source, printed from their raw descriptors: only these know of map
// entries, groups and synthetic oneofs.
import {
  type DescriptorProto,
  Edition,
  type EnumDescriptorProto,
  EnumOptionsSchema,
  type EnumValueDescriptorProto,
  EnumValueOptionsSchema,
  ExtensionRangeOptionsSchema,
  FileOptionsSchema,
  MessageOptionsSchema,
  type MethodDescriptorProto,
  MethodOptionsSchema,
  type ServiceDescriptorProto,
  ServiceOptionsSchema,
  SymbolVisibility,
} from '@bufbuild/protobuf/wkt';
import {
  extensionItems,
  type FieldPlace,
  fieldLines,
  groupOf,
  isMember,
  mapEntryOf,
  nameIn,
  oneofLines,
} from './proto-fields.ts';
import {
  block,
  body,
  bracketed,
  type Item,
  optionItems,
  optionsOf,
  type Printing,
  refer,
  statement,
} from './proto-layout.ts';
import { quotedText } from './proto-literal.ts';

type Path = readonly number[];

/** `message X { … }`. */
export function messageLines(message: DescriptorProto, path: Path, fullName: string, printing: Printing): string[] {
  const head = `${visibility(message.visibility)}message ${message.name}`;
  return block(head, messageBody(message, path, fullName, printing), path, printing);
}

function visibility(value: SymbolVisibility): string {
  if (value === SymbolVisibility.VISIBILITY_EXPORT) return 'export ';
  return value === SymbolVisibility.VISIBILITY_LOCAL ? 'local ' : '';
}

/** What stands between the braces of a message. */
export function messageBody(message: DescriptorProto, path: Path, fullName: string, printing: Printing): string[] {
  const place: FieldPlace = { scope: fullName, nested: message.nestedType, nestedPath: [...path, 3] };
  const declaredWithField = new Set(
    [...message.field, ...message.extension].flatMap(
      (field) => groupOf(field, place) ?? mapEntryOf(field, place) ?? [],
    ),
  );
  const items = optionItems(optionsOf(MessageOptionsSchema, message.options, fullName, printing), printing);
  items.push(...memberItems(message, path, place, printing));
  for (const [at, nested] of message.nestedType.entries()) {
    if (declaredWithField.has(nested)) continue;
    const nestedPath = [...path, 3, at];
    const lines = messageLines(nested, nestedPath, nameIn(fullName, nested.name), printing);
    items.push({ lines, rank: 2, key: nested.name, path: nestedPath, apart: true });
  }
  for (const [at, nested] of message.enumType.entries()) {
    const nestedPath = [...path, 4, at];
    const lines = enumLines(nested, nestedPath, nameIn(fullName, nested.name), printing);
    items.push({ lines, rank: 3, key: nested.name, path: nestedPath, apart: true });
  }
  items.push(...extensionRangeItems(message, path, fullName, printing));
  items.push(...extensionItems(message.extension, [...path, 6], 5, place, printing));
  const highest = message.options?.messageSetWireFormat === true ? 2_147_483_647 : 536_870_912;
  const ranges = message.reservedRange.map(({ start, end }) => rangeText(start, end - 1, highest - 1));
  items.push(...reservedItems(ranges, message.reservedName, [...path, 9], [...path, 10], printing));
  return body(items, printing);
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

function rangeText(first: number, last: number, highest: number): string {
  if (first === last) return String(first);
  return `${first} to ${last === highest ? 'max' : last}`;
}

function extensionRangeItems(message: DescriptorProto, path: Path, fullName: string, printing: Printing): Item[] {
  const highest = message.options?.messageSetWireFormat === true ? 2_147_483_647 : 536_870_912;
  return message.extensionRange.map((range, at) => {
    const { entries } = optionsOf(ExtensionRangeOptionsSchema, range.options, fullName, printing);
    const options = bracketed(entries, printing);
    const lines = [
      `extensions ${rangeText(range.start, range.end - 1, highest - 1)}${options[0]}`,
      ...options.slice(1),
    ];
    lines.push(`${lines.pop()};`);
    const rangePath = [...path, 5, at];
    return { lines: statement(lines, rangePath, printing), rank: 4, key: range.start, path: rangePath };
  });
}

function reservedItems(
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
    const lines = statement([`reserved ${names.map(quote).join(', ')};`], namePath, printing);
    items.push({ lines, rank: 7, key: 0, path: [...namePath, 0] });
  }
  return items;
}

/** `enum X { … }`. */
export function enumLines(type: EnumDescriptorProto, path: Path, fullName: string, printing: Printing): string[] {
  const items = optionItems(optionsOf(EnumOptionsSchema, type.options, fullName, printing), printing);
  for (const [at, value] of type.value.entries()) {
    const valuePath = [...path, 2, at];
    items.push({
      lines: enumValueLines(value, valuePath, fullName, printing),
      rank: 1,
      key: value.number,
      path: valuePath,
    });
  }
  const ranges = type.reservedRange.map(({ start, end }) => rangeText(start, end, 2_147_483_647));
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
  const { entries } = optionsOf(EnumValueOptionsSchema, value.options, nameIn(enumName, value.name), printing);
  const options = bracketed(entries, printing);
  const lines = [`${value.name} = ${value.number}${options[0]}`, ...options.slice(1)];
  lines.push(`${lines.pop()};`);
  return statement(lines, path, printing);
}

/** `service X { … }`. */
export function serviceLines(
  service: ServiceDescriptorProto,
  path: Path,
  fullName: string,
  printing: Printing,
): string[] {
  const items = optionItems(optionsOf(ServiceOptionsSchema, service.options, fullName, printing), printing);
  for (const [at, method] of service.method.entries()) {
    const methodPath = [...path, 2, at];
    items.push({
      lines: methodLines(method, methodPath, fullName, printing),
      rank: 1,
      key: method.name,
      path: methodPath,
    });
  }
  return block(`service ${service.name}`, body(items, printing), path, printing);
}

/** `rpc X(A) returns (B);` of the service `serviceName`, with a body where there are options. */
export function methodLines(
  method: MethodDescriptorProto,
  path: Path,
  serviceName: string,
  printing: Printing,
): string[] {
  const side = (type: string, stream: boolean): string => {
    const text = `${stream ? 'stream ' : ''}${refer(type, [serviceName], printing)}`;
    return printing.sorted ? `( ${text} )` : `(${text})`;
  };
  const input = side(method.inputType, method.clientStreaming);
  const output = side(method.outputType, method.serverStreaming);
  const head = `rpc ${method.name}${printing.sorted ? ' ' : ''}${input} returns ${output}`;
  const list = optionsOf(MethodOptionsSchema, method.options, nameIn(serviceName, method.name), printing);
  const items = optionItems(list, printing);
  if (items.length === 0) return statement([`${head};`], path, printing);
  return block(head, body(items, printing), path, printing);
}

/** A whole file, ready to be compiled again. */
export function fileLines(printing: Printing): string[] {
  const { proto } = printing.file;
  const syntaxPath = proto.syntax === 'editions' ? [14] : [12];
  const sections = [
    statement([syntaxLine(proto.syntax, proto.edition)], syntaxPath, printing),
    proto.package === '' ? [] : statement([`package ${proto.package};`], [2], printing),
    importLines(printing),
    body(optionItems(optionsOf(FileOptionsSchema, proto.options, proto.package, printing), printing), printing),
    body(topLevelItems(printing), { ...printing, sorted: false }),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

function syntaxLine(syntax: string, edition: Edition): string {
  if (syntax !== 'editions') return `syntax = "${syntax === '' ? 'proto2' : syntax}";`;
  return `edition = "${(Edition[edition] ?? '').replace('EDITION_', '')}";`;
}

function importLines({ file: { proto }, sorted }: Printing): string[] {
  const lines = proto.dependency.map((name, at) => {
    const kind = proto.publicDependency.includes(at) ? 'public ' : proto.weakDependency.includes(at) ? 'weak ' : '';
    return `import ${kind}${quotedText(name)};`;
  });
  lines.push(...proto.optionDependency.map((name) => `import option ${quotedText(name)};`));
  return sorted ? lines.sort() : lines;
}

function topLevelItems(printing: Printing): Item[] {
  const { proto } = printing.file;
  const scope = proto.package;
  const place: FieldPlace = { scope, nested: proto.messageType, nestedPath: [4] };
  const groups = new Set(proto.extension.flatMap((field) => groupOf(field, place) ?? []));
  const items: Item[] = [];
  for (const [at, service] of proto.service.entries()) {
    const lines = serviceLines(service, [6, at], nameIn(scope, service.name), printing);
    items.push({ lines, rank: 1, key: service.name, path: [6, at], apart: true });
  }
  for (const [at, message] of proto.messageType.entries()) {
    if (groups.has(message)) continue;
    const lines = messageLines(message, [4, at], nameIn(scope, message.name), printing);
    items.push({ lines, rank: 2, key: message.name, path: [4, at], apart: true });
  }
  for (const [at, type] of proto.enumType.entries()) {
    const lines = enumLines(type, [5, at], nameIn(scope, type.name), printing);
    items.push({ lines, rank: 3, key: type.name, path: [5, at], apart: true });
  }
  items.push(...extensionItems(proto.extension, [7], 4, place, printing));
  return items;
}
