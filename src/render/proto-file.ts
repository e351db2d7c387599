// Services and whole files as proto source.
import {
  Edition,
  FileOptionsSchema,
  type MethodDescriptorProto,
  MethodOptionsSchema,
  type ServiceDescriptorProto,
  ServiceOptionsSchema,
} from '@bufbuild/protobuf/wkt';
import { enumLines } from './proto-enum.ts';
import { type FieldPlace, groupOf, nameIn } from './proto-field.ts';
import { block, body, type Item, optionItems, optionsOf, type Printing, refer, statement } from './proto-layout.ts';
import { quotedText } from './proto-literal.ts';
import { extensionItems, messageLines } from './proto-message.ts';

type Path = readonly number[];

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
    body(topLevelItems(printing), printing),
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
