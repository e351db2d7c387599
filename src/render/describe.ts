// `describe`: a symbol as proto source with a line that says what it is, or as a JSON document.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import type { DescSymbol, TypeResolver } from '../schema/schema.ts';
import { describeDocument, type RestOf } from './describe-document.ts';
import { colourProto } from './proto-colour.ts';
import { declaringField, fileOf, protoSource } from './proto-source.ts';
import { plainStyle, type Style } from './style.ts';
import { visible } from './visible.ts';

export interface DescribeOptions {
  readonly style: 'grepl' | 'grpcurl';
  readonly comments: boolean;
  readonly types?: TypeResolver | undefined;
  /** The name that was asked for: the entry type of a map field is described by its field. */
  readonly asked?: string | undefined;
  /** More to say of a symbol, in a comment under the one that names it. */
  readonly note?: ((symbol: DescSymbol) => string | undefined) | undefined;
  /** Colours for a terminal. */
  readonly colours?: Style | undefined;
}

/**
 * A symbol as text, with a newline at the end, safe for a terminal. In our own form a comment names the symbol and its
 * file, and a method is followed by its request and response types; in grpcurl's a line says what it is.
 */
export function renderDescribe(symbol: DescSymbol, options: DescribeOptions): string {
  const shown = symbol.kind === 'message' ? (declaringField(symbol) ?? symbol) : symbol;
  if (options.style === 'grpcurl') {
    const isEntry = asksForEntry(symbol, options.asked);
    const name = isEntry ? symbol.proto.typeName.replace(/^\./, '') : fullNameOf(symbol);
    const kind = isEntry ? 'the entry type for a map field' : grpcurlKind(symbol);
    const text = `${name} is ${kind}:\n${protoSource(shown, options)}`;
    return `${visible(text, { multiline: true })}\n`;
  }
  const style = options.colours ?? plainStyle;
  const source = (one: DescSymbol): string =>
    colourProto(visible(protoSource(one, options), { multiline: true }), style);
  const head = visible(`// ${fullNameOf(symbol)}: ${kindWord(symbol)} in ${fileOf(symbol).proto.name}`);
  // A blank line, so that it is not taken for a part of the symbol's own comment.
  const note = options.note?.(symbol);
  const more = note === undefined ? '' : `${style.dim(visible(`// ${note}`))}\n`;
  const parts = [`${style.dim(head)}\n${more}\n${source(shown)}\n`];
  if (symbol.kind === 'rpc') for (const type of typesOf(symbol.input, symbol.output)) parts.push(`${source(type)}\n`);
  return parts.join('\n');
}

function asksForEntry(symbol: DescSymbol, asked: string | undefined): symbol is DescField {
  if (symbol.kind !== 'field' || symbol.fieldKind !== 'map' || asked === undefined) return false;
  return symbol.proto.typeName === `.${asked.replace(/^\./, '')}`;
}

// Empty and the like say nothing that their name does not.
function typesOf(input: DescMessage, output: DescMessage): DescMessage[] {
  return [...new Set([input, output])].filter((type) => !type.typeName.startsWith('google.protobuf.'));
}

/** A symbol as a document: name, kind, file, comment, and what it is made of; methods with their REST form. Its text is as the schema has it. */
export function describeJson(symbol: DescSymbol, types?: TypeResolver, rest?: RestOf): Record<string, unknown> {
  return describeDocument(symbol, types, rest);
}

/** The full name of a symbol, as `describe` takes it; an enum value is named inside its enum. */
function fullNameOf(symbol: DescSymbol): string {
  switch (symbol.kind) {
    case 'service':
    case 'message':
    case 'enum':
    case 'extension':
      return symbol.typeName;
    default:
      return `${symbol.parent.typeName}.${symbol.name}`;
  }
}

/** What a symbol is, in a word or two. */
function kindWord(symbol: DescSymbol): string {
  switch (symbol.kind) {
    case 'rpc':
      return 'method';
    case 'enum_value':
      return 'enum value';
    case 'message':
      if (declaringField(symbol) === undefined) return 'message';
      return symbol.proto.options?.mapEntry === true ? 'entry of a map field' : 'type of a group field';
    default:
      return symbol.kind;
  }
}

function grpcurlKind(symbol: DescSymbol): string {
  switch (symbol.kind) {
    case 'service':
      return 'a service';
    case 'rpc':
      return 'a method';
    case 'message':
      if (declaringField(symbol) === undefined) return 'a message';
      return symbol.proto.options?.mapEntry === true ? 'the entry type for a map field' : 'the type of a group field';
    case 'field':
      return symbol.proto.type === 10 ? 'a group field' : 'a field';
    case 'oneof':
      return 'a one-of';
    case 'enum':
      return 'an enum';
    case 'enum_value':
      return 'an enum value';
    case 'extension':
      return symbol.proto.type === 10 ? 'a group field' : 'an extension';
  }
}
