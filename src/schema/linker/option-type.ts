// The types that options are made of, looked up while files are linked: nothing here needs finished descriptors, since
// a file may use an option that it declares itself.
import type { DescriptorProto, EnumDescriptorProto, FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import {
  FieldLabel as Label,
  MessageEncoding,
  RepeatedFieldEncoding as RepeatedEncoding,
  FieldType as Type,
} from '../descriptor-enums.ts';
import { nearestHint } from './nearest-hint.ts';
import { errorAt, type SourceText, type Token } from './source-text.ts';
import { lookUp, type SymbolEntry, type Symbols } from './symbols.ts';

/** Where options are read: the file, what it sees, and the element that has them. */
export interface OptionContext {
  readonly source: SourceText;
  readonly symbols: Symbols;
  readonly visible: ReadonlySet<string>;
  readonly from: string;
}

/** A field of a message, by its name in the file: a group may go by its type's name. */
export function fieldOf(message: DescriptorProto, name: string): FieldDescriptorProto | undefined {
  const isGroup = (field: FieldDescriptorProto): boolean =>
    field.type === Type.GROUP && field.typeName.endsWith(`.${name}`);
  return message.field.find((field) => field.name === name || isGroup(field));
}

/**
 * The extension of the message `extendee` that `name` means inside the element `from`.
 *
 * @throws UserError code 4 when there is none, or only one of another message.
 */
export function extensionOf(
  context: OptionContext,
  extendee: string,
  name: string,
  from: string,
  token: Token | undefined,
): SymbolEntry & { kind: 'extension' } {
  const { source, symbols, visible } = context;
  const { found } = lookUp(symbols, visible, name, from, false);
  if (found?.kind !== 'extension') {
    const names = [...symbols.entries.values()].flatMap((e) => (e.kind === 'extension' ? [e.fullName] : []));
    const hidden = symbols.entries.get(name.replace(/^\./, ''));
    const hint = hidden ? `import "${hidden.file}", which declares it` : nearestHint(name, names);
    throw errorAt(source, token, `unknown option (${name})`, hint ?? 'import the file that declares it');
  }
  if (found.descriptor.extendee !== `.${extendee}`) {
    const owner = found.descriptor.extendee.slice(1);
    throw errorAt(source, token, `(${name}) is an option of ${owner}, not of ${extendee}`);
  }
  return found;
}

/** The message that a field holds; undefined if it holds none. */
export function messageOf(symbols: Symbols, typeName: string): DescriptorProto | undefined {
  const entry = symbols.entries.get(typeName.replace(/^\./, ''));
  return entry?.kind === 'message' ? entry.descriptor : undefined;
}

/** The enum that a field holds; undefined if it holds none. */
export function enumOf(symbols: Symbols, typeName: string): EnumDescriptorProto | undefined {
  const entry = symbols.entries.get(typeName.replace(/^\./, ''));
  return entry?.kind === 'enum' ? entry.descriptor : undefined;
}

/** Whether a field may have several values. */
export function isRepeated(field: FieldDescriptorProto): boolean {
  return field.label === Label.REPEATED;
}

/** Whether a message field is written between start and end tags rather than with its length. */
export function isDelimited(field: FieldDescriptorProto): boolean {
  return field.type === Type.GROUP || field.options?.features?.messageEncoding === MessageEncoding.DELIMITED;
}

/** Whether a repeated field is written packed inside of options; `owner` is its message, or itself for an extension. */
export function isPacked(symbols: Symbols, field: FieldDescriptorProto, owner: string): boolean {
  const unpackable = [Type.STRING, Type.BYTES, Type.MESSAGE, Type.GROUP];
  if (!isRepeated(field) || unpackable.includes(field.type)) return false;
  const { options } = field;
  if (options && Object.hasOwn(options, 'packed')) return options.packed;
  const file = symbols.files.get(symbols.entries.get(owner)?.file ?? '');
  if (file?.syntax !== 'editions') return file?.syntax === 'proto3';
  const encoding = options?.features?.repeatedFieldEncoding || file.options?.features?.repeatedFieldEncoding;
  return encoding !== RepeatedEncoding.EXPANDED;
}
