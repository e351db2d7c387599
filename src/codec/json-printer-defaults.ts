// What stands for a field that a message does not set, where defaults are asked for.
import type { DescExtension, DescField } from '@bufbuild/protobuf';
import type { PrintField } from './json-printer-field.ts';
import { zeroOf } from './json-printer-map.ts';
import { writeDefault } from './json-printer-scalar.ts';
import type { JsonPrintOptions, PrintState } from './json-printer-state.ts';

/** FeatureSet.FieldPresence.IMPLICIT. */
const implicitPresence = 2;
/** Edition of files with `syntax = "proto2"`. */
const proto2 = 998;

/**
 * Prints the default of an unset field; false if it has none to show: members of oneofs and fields with presence, but
 * for defaults that proto2 declares. `nullMessages` adds null for messages and zero for all of proto2.
 */
export function printUnset(state: PrintState, print: PrintField, options: JsonPrintOptions): boolean {
  const { field } = print;
  const { sink } = state;
  const { style } = options;
  if (field.fieldKind === 'list') sink.text('[]');
  else if (field.fieldKind === 'map') sink.text('{}');
  else if (field.kind === 'extension' || field.oneof) return false;
  else if (field.fieldKind === 'message') {
    if (!options.nullMessages) return false;
    sink.utf8(style ? style.literal('null') : 'null');
  } else {
    const value = defaultOf(field, options.nullMessages ?? false);
    if (value === undefined) return false;
    const start = sink.length;
    writeDefault(sink, value);
    if (!style) return true;
    const text = sink.buffer.toString('utf8', start, sink.length);
    sink.length = start;
    sink.utf8(
      typeof value === 'boolean' || value === null
        ? style.literal(text)
        : text.startsWith('"')
          ? style.string(text)
          : style.number(text),
    );
  }
  return true;
}

type Single = (DescField | DescExtension) & { fieldKind: 'scalar' | 'enum' };

function defaultOf(field: Single, zeros: boolean): unknown {
  const declared = field.getDefaultValue();
  const isProto2 = (field.kind === 'field' ? field.parent.file : field.file).edition === proto2;
  if (field.presence !== implicitPresence && declared === undefined && !(zeros && isProto2)) return undefined;
  if (field.fieldKind === 'scalar') return declared ?? zeroOf(field.scalar);
  if (field.enum.typeName === 'google.protobuf.NullValue') return null;
  const value = declared === undefined ? field.enum.values[0] : field.enum.value[Number(declared)];
  return value?.jsonName;
}
