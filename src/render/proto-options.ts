// Options of an element as they stand in proto source, custom ones decoded through the types at hand.
import type { DescExtension, DescMessage, Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { extensionsIn } from './proto-extensions.ts';
import { fieldLiteral, type Literal, type LiteralOptions } from './proto-literal.ts';

/** One `name = value`. `custom` names are in brackets. */
export interface OptionEntry {
  readonly name: string;
  readonly custom: boolean;
  readonly value: Literal;
}

export interface OptionOptions extends LiteralOptions {
  /** How the name of an extension is written, without the brackets; undefined to leave the option out. */
  readonly extensionName: (extension: DescExtension) => string | undefined;
  /** `features.x = Y` for each feature instead of one message literal. */
  readonly spreadFeatures: boolean;
}

export interface OptionList {
  readonly entries: readonly OptionEntry[];
  /** Numbers of options whose extension is not known, or may not be named here. */
  readonly unknown: readonly number[];
}

/** The options set in `message` (of type `desc`, such as MethodOptions): known ones by number, then custom ones. */
export function optionList(desc: DescMessage, message: Message | undefined, options: OptionOptions): OptionList {
  if (message === undefined) return { entries: [], unknown: [] };
  const entries: OptionEntry[] = [];
  const reflected = reflect(desc, message);
  for (const field of reflected.sortedFields) {
    if (!reflected.isSet(field) || field.name === 'uninterpreted_option') continue;
    const value = fieldLiteral(field, reflected.get(field), options);
    if (field.name === 'features' && options.spreadFeatures) entries.push(...spread(field.name, value));
    else entries.push(...repeats(field.name, false, value, field.fieldKind === 'list'));
  }
  const { known, unknown } = extensionsIn(message, desc, options.types);
  const unnamed = [...unknown];
  for (const { extension, field, value } of known) {
    const name = options.extensionName(extension);
    if (name === undefined) unnamed.push(extension.number);
    else entries.push(...repeats(`(${name})`, true, fieldLiteral(field, value, options), field.fieldKind === 'list'));
  }
  return { entries, unknown: unnamed };
}

// A repeated option stands once for each value.
function repeats(name: string, custom: boolean, value: Literal, isList: boolean): OptionEntry[] {
  if (!isList || 'word' in value) return [{ name, custom, value }];
  return value.items.map((item) => ({ name, custom, value: item.value }));
}

function spread(name: string, value: Literal): OptionEntry[] {
  if ('word' in value) return [{ name, custom: false, value }];
  return value.items.map((item) => {
    // `[pb.go]` of a literal is `(pb.go)` in an option's name; the leading dot makes it right from every scope.
    const part = (item.name ?? '').replace(/^\[(.*)\]$/, '(.$1)');
    return { name: `${name}.${part}`, custom: false, value: item.value };
  });
}
