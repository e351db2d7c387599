// Methods and fields laid out for a person at a terminal: what there is to call, and what a message is made of.
import { type DescField, type DescMessage, type DescMethod, type DescService, ScalarType } from '@bufbuild/protobuf';
import { kindWords } from '../render/list.ts';
import { marks, type Style } from '../render/style.ts';
import { cellWidth, cut, padCells, visible } from '../render/visible.ts';

/** Below this there is no room for types. */
const roomForTypes = 60;

/** The methods under the names of their services; lines end with a newline and fit the terminal. */
export function methodList(services: readonly DescService[], style: Style): string {
  const methods = services.flatMap((service) => service.methods);
  const width = Math.min(30, Math.max(0, ...methods.map((method) => cellWidth(visible(method.name)))));
  const blocks = services.map((service) => {
    const rows = service.methods.map((method) => methodRow(method, width, style));
    return [style.bold(cut(visible(service.typeName), style.width - 1, marks(style).more)), ...rows].join('\n');
  });
  return `${blocks.join('\n')}\n`;
}

function methodRow(method: DescMethod, width: number, style: Style): string {
  const name = visible(method.name);
  const kind = kindWords[method.methodKind];
  if (style.width < roomForTypes) {
    const label = cut(name, Math.max(8, style.width - 18), marks(style).more);
    return `  ${style.cyan(padCells(label, Math.min(width, style.width - 18)))}  ${style.dim(kind)}`;
  }
  const types = `${visible(method.input.name)} ${marks(style).toServer} ${visible(method.output.name)}`;
  const rest = cut(
    `${kind.padEnd(13)}  ${types}`,
    style.width - 5 - Math.max(width, cellWidth(name)),
    marks(style).more,
  );
  return `  ${style.cyan(padCells(name, width))}  ${style.dim(rest)}`;
}

/** Levels of messages inside messages that are opened. */
const deepest = 6;

/** The fields of a message and of the messages in it, each with its type; a type inside itself is not opened again. */
export function fieldTree(message: DescMessage, style: Style): string {
  const lines = fieldLines(message, style, '', [message]);
  return `${[style.bold(visible(message.typeName)), ...lines].join('\n')}\n`;
}

function fieldLines(message: DescMessage, style: Style, indent: string, around: readonly DescMessage[]): string[] {
  const { fields } = message;
  const width = Math.max(0, ...fields.map((field) => cellWidth(visible(field.name))));
  const [branch, last, through] = style.ascii ? ['|- ', '`- ', '|  '] : ['├ ', '└ ', '│ '];
  return fields.flatMap((field, at) => {
    const isLast = at === fields.length - 1;
    const inner = opened(field);
    const isAround = inner !== undefined && around.includes(inner);
    const note = isAround ? style.dim('  as above') : '';
    const type = `${typeWords(field)} = ${field.number}`;
    const line = `${indent}${style.dim(isLast ? last : branch)}${style.cyan(padCells(visible(field.name), width))}  ${type}${note}`;
    if (inner === undefined || isAround || around.length >= deepest) return [line];
    const below = `${indent}${isLast ? ' '.repeat(through.length) : style.dim(through)}`;
    return [line, ...fieldLines(inner, style, below, [...around, inner])];
  });
}

/** The message whose fields stand under the field; none for messages that are written as one value. */
function opened(field: DescField): DescMessage | undefined {
  const message = 'message' in field ? field.message : undefined;
  return message?.typeName.startsWith('google.protobuf.') ? undefined : message;
}

function typeWords(field: DescField): string {
  const oneof = field.oneof === undefined ? '' : `  (one of ${field.oneof.name})`;
  const name = (one: { readonly name: string }): string => visible(one.name);
  switch (field.fieldKind) {
    case 'message':
      return name(field.message) + oneof;
    case 'enum':
      return name(field.enum) + oneof;
    case 'list':
      return `${elementWords(field)}[]`;
    case 'map':
      return `map<${scalarName(field.mapKey)}, ${elementWords(field)}>`;
    case 'scalar':
      return scalarName(field.scalar) + oneof;
  }
}

function elementWords(field: DescField & { readonly fieldKind: 'list' | 'map' }): string {
  if (field.message) return visible(field.message.name);
  if (field.enum) return visible(field.enum.name);
  return field.scalar === undefined ? '' : scalarName(field.scalar);
}

function scalarName(type: ScalarType): string {
  return ScalarType[type].toLowerCase();
}
