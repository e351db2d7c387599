// Any symbol of a schema as proto source text: what `describe` shows and `export` writes.
import type { DescExtension, DescField, DescFile, DescMessage } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Type } from '@bufbuild/protobuf/wkt';
import type { DescSymbol, TypeResolver } from '../schema/schema.ts';
import { enumLines, enumValueLines } from './proto-enum.ts';
import type { FieldPlace } from './proto-field.ts';
import { fileLines, methodLines, serviceLines } from './proto-file.ts';
import type { Printing } from './proto-layout.ts';
import { extendLines, fieldLines, messageLines, oneofLines } from './proto-message.ts';

export interface ProtoSourceOptions {
  /** `grepl`: declaration order, short names. `grpcurl`: sorted, full names with a leading dot, no blank lines. */
  readonly style: 'grepl' | 'grpcurl';
  /** Show comments where the descriptors have them. */
  readonly comments: boolean;
  /** Where the types of custom options and of Any are looked up; without it they are left out. */
  readonly types?: TypeResolver | undefined;
}

/**
 * The proto source of a symbol, without a newline at the end; of a file the whole text, with one, which compiles to the
 * same descriptors. Text from the schema (comments) is as it came: use `visible` before it goes to a terminal.
 */
export function protoSource(symbol: DescSymbol | DescFile, options: ProtoSourceOptions): string {
  const printing: Printing = {
    file: fileOf(symbol),
    sorted: options.style === 'grpcurl',
    comments: options.comments,
    types: options.types,
    whole: symbol.kind === 'file',
  };
  if (symbol.kind === 'file') return `${fileLines(printing).join('\n')}\n`;
  return symbolLines(symbol, printing).join('\n');
}

/** The file that declares a symbol. */
export function fileOf(symbol: DescSymbol | DescFile): DescFile {
  switch (symbol.kind) {
    case 'file':
      return symbol;
    case 'service':
    case 'message':
    case 'enum':
    case 'extension':
      return symbol.file;
    default:
      return fileOf(symbol.parent);
  }
}

function symbolLines(symbol: DescSymbol, printing: Printing): string[] {
  const path = pathOf(symbol);
  switch (symbol.kind) {
    case 'service':
      return serviceLines(symbol.proto, path, symbol.typeName, printing);
    case 'rpc':
      return methodLines(symbol.proto, path, symbol.parent.typeName, printing);
    case 'message':
      return messageLines(symbol.proto, path, symbol.typeName, printing);
    case 'field':
      return fieldLines(symbol.proto, path, placeIn(symbol.parent, printing.file), printing);
    case 'oneof': {
      const place = placeIn(symbol.parent, printing.file);
      return oneofLines(symbol.parent.proto, path.at(-1)!, pathOf(symbol.parent), place, printing);
    }
    case 'enum':
      return enumLines(symbol.proto, path, symbol.typeName, printing);
    case 'enum_value':
      return enumValueLines(symbol.proto, path, symbol.parent.typeName, printing);
    case 'extension':
      return extensionLines(symbol, path, printing);
  }
}

function extensionLines(extension: DescExtension, path: readonly number[], printing: Printing): string[] {
  const place = placeIn(extension.parent, printing.file);
  return extendLines(
    extension.proto.extendee,
    fieldLines(extension.proto, path, place, printing),
    place.scope,
    printing,
  );
}

function placeIn(parent: DescMessage | undefined, file: DescFile): FieldPlace {
  if (parent === undefined) return { scope: file.proto.package, nested: file.proto.messageType, nestedPath: [4] };
  return { scope: parent.typeName, nested: parent.proto.nestedType, nestedPath: [...pathOf(parent), 3] };
}

/** The path of a symbol in its file's descriptor, as source information uses it (descriptor.proto, Location.path). */
export function pathOf(symbol: DescSymbol): number[] {
  switch (symbol.kind) {
    case 'service':
      return [6, symbol.file.proto.service.indexOf(symbol.proto)];
    case 'rpc':
      return [...pathOf(symbol.parent), 2, symbol.parent.proto.method.indexOf(symbol.proto)];
    case 'message': {
      const { parent, file, proto } = symbol;
      return parent
        ? [...pathOf(parent), 3, parent.proto.nestedType.indexOf(proto)]
        : [4, file.proto.messageType.indexOf(proto)];
    }
    case 'field':
      return [...pathOf(symbol.parent), 2, symbol.parent.proto.field.indexOf(symbol.proto)];
    case 'oneof':
      return [...pathOf(symbol.parent), 8, symbol.parent.proto.oneofDecl.indexOf(symbol.proto)];
    case 'enum': {
      const { parent, file, proto } = symbol;
      return parent
        ? [...pathOf(parent), 4, parent.proto.enumType.indexOf(proto)]
        : [5, file.proto.enumType.indexOf(proto)];
    }
    case 'enum_value':
      return [...pathOf(symbol.parent), 2, symbol.parent.proto.value.indexOf(symbol.proto)];
    case 'extension': {
      const { parent, file, proto } = symbol;
      return parent
        ? [...pathOf(parent), 6, parent.proto.extension.indexOf(proto)]
        : [7, file.proto.extension.indexOf(proto)];
    }
  }
}

/** The field whose declaration declares `message` too: of a group its field, of a map entry the map. */
export function declaringField(message: DescMessage): DescField | undefined {
  const typeName = `.${message.typeName}`;
  const isMap = message.proto.options?.mapEntry === true;
  return message.parent?.fields.find(
    (field) => field.proto.typeName === typeName && (isMap || field.proto.type === FieldDescriptorProto_Type.GROUP),
  );
}
