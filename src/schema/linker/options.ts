// The second pass over options: what is written in a file becomes the options messages of its descriptors. Custom
// options go in as unknown fields, byte for byte as protoc writes them.
import type { FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import { FieldType } from '../descriptor-enums.ts';
import { readMessage } from '../descriptor-message.ts';
import { quoted } from '../quote.ts';
import { defaultValue } from './default-value.ts';
import type { Clause, OptionHolder } from './draft.ts';
import { stringBytes } from './literal.ts';
import { nearestHint } from './nearest-hint.ts';
import { aggregateBytes } from './option-aggregate.ts';
import { extensionOf, fieldOf, isRepeated, messageOf, type OptionContext } from './option-type.ts';
import { scalarBytes, tagged, taggedMessage } from './option-value.ts';
import { findToken } from './outline.ts';
import { errorAt } from './source-text.ts';

/** A step of `features.(pb.cpp).string_type`; `at` is where it starts. */
interface NamePart {
  readonly name: string;
  readonly isExtension: boolean;
  readonly at: number;
}

/**
 * Reads the options of one descriptor into it, `default` and `json_name` included.
 *
 * @throws UserError code 4 for options that are unknown, given twice or do not fit.
 */
export function interpretOptions(context: OptionContext, holder: OptionHolder): void {
  const parts: Uint8Array[] = [];
  const given = new Set<string>();
  for (const clause of holder.clauses) {
    const names = readName(context, clause);
    const key = names.map(({ name, isExtension }) => (isExtension ? `(${name})` : name)).join('.');
    const valueAt = (names.at(-1)?.at ?? clause.first) + nameLength(context, names.at(-1)) + 1;
    const isPseudo = holder.field !== undefined && (key === 'default' || key === 'json_name');
    const value = { first: valueAt, end: clause.end };
    if (isPseudo) readPseudoOption(context, holder.field, key, value);
    const bytes = isPseudo ? undefined : optionBytes(context, `google.protobuf.${holder.schema}`, names, value);
    if (given.has(key) && !bytes?.isRepeated) {
      throw errorAt(context.source, context.source.tokens[clause.first], `option ${key} is given twice`);
    }
    given.add(key);
    if (bytes) parts.push(bytes.bytes);
  }
  if (parts.length > 0) holder.target.options = readMessage(holder.schema, Buffer.concat(parts));
}

function readPseudoOption(
  context: OptionContext,
  field: FieldDescriptorProto | undefined,
  key: string,
  value: Clause,
): void {
  if (!field) return;
  if (key === 'default') field.defaultValue = defaultValue(context, field, value.first, value.end);
  else field.jsonName = new TextDecoder().decode(stringBytes(context.source, value.first, value.end));
}

function readName({ source }: OptionContext, clause: Clause): NamePart[] {
  const parts: NamePart[] = [];
  let at = clause.first;
  for (;;) {
    const token = source.tokens[at];
    if (at < clause.end && token?.text === '(') {
      const close = findToken(source, at + 1, clause.end, ')');
      if (close >= clause.end) throw errorAt(source, token, '"(" is never closed');
      const inner = source.tokens.slice(at + 1, close);
      parts.push({ name: inner.map(({ text }) => text).join(''), isExtension: true, at });
      at = close + 1;
    } else if (at < clause.end && token?.kind === 'word') {
      parts.push({ name: token.text, isExtension: false, at });
      at++;
    } else {
      throw errorAt(
        source,
        token,
        `unexpected ${quoted(token?.text ?? 'end of file')}, expected the name of an option`,
      );
    }
    const next = source.tokens[at];
    if (next?.text === '=' && at + 1 < clause.end) return parts;
    if (next?.text !== '.')
      throw errorAt(source, next, `unexpected ${quoted(next?.text ?? 'end of file')}, expected "= VALUE"`);
    at++;
  }
}

// How many tokens a part of an option's name has.
function nameLength({ source }: OptionContext, part: NamePart | undefined): number {
  if (!part?.isExtension) return 1;
  let length = 1;
  while (source.tokens[part.at + length]?.text !== ')') length++;
  return length + 1;
}

function optionBytes(
  context: OptionContext,
  typeName: string,
  names: readonly NamePart[],
  value: Clause,
): { bytes: Uint8Array; isRepeated: boolean } {
  const [part, ...rest] = names;
  const { source, symbols, from } = context;
  if (!part) throw errorAt(source, source.tokens[value.first], 'expected the name of an option');
  const field = part.isExtension
    ? extensionOf(context, typeName, part.name, from, source.tokens[part.at + 1]).descriptor
    : standardField(context, typeName, part);
  if (rest.length > 0) {
    if (isRepeated(field) || !messageOf(symbols, field.typeName)) {
      throw errorAt(source, source.tokens[part.at], `${part.name} has no parts that could be set one by one`);
    }
    const inner = optionBytes(context, field.typeName.slice(1), rest, value);
    return { bytes: taggedMessage(field, inner.bytes), isRepeated: inner.isRepeated };
  }
  return { bytes: valueBytes(context, field, value), isRepeated: isRepeated(field) };
}

function standardField(context: OptionContext, typeName: string, part: NamePart): FieldDescriptorProto {
  const message = messageOf(context.symbols, typeName);
  const field = message && fieldOf(message, part.name);
  if (field) return field;
  const names = message?.field.map(({ name }) => name) ?? [];
  const hint = nearestHint(part.name, names) ?? 'options of other files are written in parentheses';
  throw errorAt(context.source, context.source.tokens[part.at], `unknown option ${quoted(part.name)}`, hint);
}

function valueBytes(context: OptionContext, field: FieldDescriptorProto, { first, end }: Clause): Uint8Array {
  const { source } = context;
  const isMessage = field.type === FieldType.MESSAGE || field.type === FieldType.GROUP;
  if (!isMessage) return tagged(field, scalarBytes(context, field, first, end));
  if (source.tokens[first]?.text !== '{') {
    throw errorAt(source, source.tokens[first], `option ${field.name} is a message, give it as { … }`);
  }
  const { bytes, next } = aggregateBytes(context, field.typeName.slice(1), first);
  if (next !== end) throw errorAt(source, source.tokens[next], `unexpected ${quoted(source.tokens[next]?.text ?? '')}`);
  return taggedMessage(field, bytes);
}
