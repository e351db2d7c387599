// The default of a field as descriptors spell it: exact integers, floats in their shortest form, bytes escaped.
import type { FieldDescriptorProto } from '@bufbuild/protobuf/wkt';
import { FieldType as Type } from '../descriptor-enums.ts';
import { stringBytes } from './literal.ts';
import { isRepeated, type OptionContext } from './option-type.ts';
import { boolValue, doubleValue, enumNumber, integer } from './option-value.ts';
import { errorAt } from './source-text.ts';

const escapes = new Map([
  [9, '\\t'],
  [10, '\\n'],
  [13, '\\r'],
  [34, '\\"'],
  [39, "\\'"],
  [92, '\\\\'],
]);

/**
 * The text of FieldDescriptorProto.default_value for the tokens from `first` to `end`.
 *
 * @throws UserError code 4 when they are no value of the field's type, or the field can have no default.
 */
export function defaultValue(context: OptionContext, field: FieldDescriptorProto, first: number, end: number): string {
  const { source } = context;
  const { type } = field;
  if (isRepeated(field) || type === Type.MESSAGE || type === Type.GROUP) {
    throw errorAt(source, source.tokens[first], `${field.name} can have no default, as it is repeated or a message`);
  }
  if (type === Type.STRING) return new TextDecoder().decode(stringBytes(source, first, end));
  if (type === Type.BYTES) return escaped(stringBytes(source, first, end));
  const isNegative = source.tokens[first]?.text === '-';
  const at = isNegative ? first + 1 : first;
  const text = at < end ? (source.tokens[at]?.text ?? '') : '';
  if (at + 1 < end) throw errorAt(source, source.tokens[at + 1], 'unexpected words after the default');
  if (type === Type.BOOL) return String(boolValue(context, field, text, at));
  if (type === Type.ENUM) {
    enumNumber(context, field, text, isNegative, at);
    return text;
  }
  if (type === Type.DOUBLE) return shortest(doubleValue(context, field, text, isNegative, at), 15, Number);
  if (type === Type.FLOAT)
    return shortest(Math.fround(doubleValue(context, field, text, isNegative, at)), 6, (s) => Math.fround(Number(s)));
  return String(integer(context, field, text, isNegative, at));
}

// As C's %g with just enough digits: `digits` if they read back as the same number, else more.
function shortest(value: number, digits: number, read: (text: string) => number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const short = general(value, digits);
  if (read(short) === value) return short;
  return general(value, digits === 15 ? 17 : 9);
}

function general(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponentText = '0'] = value.toExponential(digits - 1).split('e');
  const exponent = Number(exponentText);
  const trimmed = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (exponent >= -4 && exponent < digits) return trimmed(value.toFixed(digits - 1 - exponent));
  const sign = exponent < 0 ? '-' : '+';
  return `${trimmed(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function escaped(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
    text += escapes.get(byte) ?? plain;
  }
  return text;
}
