// What may be typed for each kind of field, what it becomes, and what is said when it does not fit.
import { describe, expect, test } from 'vitest';
import { jsonReader } from '../../src/codec/json-reader.ts';
import { FormSession, formOptions, formSchema, messageOf } from './form-session.ts';

const schema = await formSchema();

function everything(more = {}): FormSession {
  return new FormSession(formOptions(schema, 'kinds.v1.Everything', more));
}

const taken: [field: string, typed: string, json: string][] = [
  ['int32_value', '42', '42'],
  ['int32_value', '-0x10', '-16'],
  ['int32_value', '0b101', '5'],
  ['int32_value', '1_000', '1000'],
  ['int32_value', '1e6', '1000000'],
  ['int32_value', '1.50e2', '150'],
  ['int64_value', '9223372036854775807', '"9223372036854775807"'],
  ['uint64_value', '18446744073709551615', '"18446744073709551615"'],
  ['sint32_value', '-2147483648', '-2147483648'],
  ['sint64_value', '-1', '"-1"'],
  ['fixed32_value', '4294967295', '4294967295'],
  ['fixed64_value', '0xff', '"255"'],
  ['sfixed32_value', '+7', '7'],
  ['sfixed64_value', '-9223372036854775808', '"-9223372036854775808"'],
  ['double_value', '1.10', '1.10'],
  ['double_value', '.5', '0.5'],
  ['double_value', '5.', '5'],
  ['double_value', '-inf', '"-Infinity"'],
  ['double_value', 'nan', '"NaN"'],
  ['float_value', '1e10', '1e10'],
  ['bool_value', 'on', 'true'],
  ['bool_value', 'N', 'false'],
  ['bool_value', '0', 'false'],
  ['string_value', 'two words ', '"two words"'],
  ['string_value', '" two words "', '" two words "'],
  ['string_value', '""', '""'],
  ['string_value', '"a" and "b"', '"\\"a\\" and \\"b\\""'],
  ['string_value', '\\:next', '":next"'],
  ['string_value', '\\@home', '"@home"'],
  ['string_value', '\\$5', '"$5"'],
  ['string_value', 'one\ntwo', '"one\\ntwo"'],
  ['string_value', '日本語', '"日本語"'],
  ['bytes_value', 'aGVsbG8', '"aGVsbG8="'],
  ['bytes_value', '-_8=', '"+/8="'],
  ['bytes_value', 'hex:68 65:6c', '"aGVs"'],
  ['bytes_value', 'b64:aGVs', '"aGVs"'],
  ['bytes_value', 'text:hello', '"aGVsbG8="'],
  ['bytes_value', '""', '""'],
  ['color', 'COLOR_RED', '"COLOR_RED"'],
  ['color', 'red', '"COLOR_RED"'],
  ['color', 'gr', '"COLOR_GREEN"'],
  ['color', '10', '"COLOR_BLUE"'],
  ['priority', 'default', '"PRIORITY_DEFAULT"'],
  ['priority', '-1', '"PRIORITY_LOW"'],
  ['optional_int64', '0', '"0"'],
  ['optional_string', '""', '""'],
  ['timestamp', '2026-01-31', '"2026-01-31T00:00:00Z"'],
  ['timestamp', '2026-01-31T12:00:00.123456789+02:00', '"2026-01-31T12:00:00.123456789+02:00"'],
  ['timestamp', '2026-01-31 12:00Z', '"2026-01-31T12:00:00Z"'],
  ['timestamp', 'now', '"2026-11-20T03:41:07Z"'],
  ['timestamp', 'now-2h', '"2026-11-20T01:41:07Z"'],
  ['timestamp', 'now + 1h30m', '"2026-11-20T05:11:07Z"'],
  ['timestamp', 'now-1ms', '"2026-11-20T03:41:06.999Z"'],
  ['timestamp', 'unix:1732060800', '"2024-11-20T00:00:00Z"'],
  ['timestamp', 'unix:-0.5', '"1969-12-31T23:59:59.500Z"'],
  ['duration', '1h30m', '"5400s"'],
  ['duration', '250ms', '"0.250s"'],
  ['duration', '1.5s', '"1.500s"'],
  ['duration', '-2m', '"-120s"'],
  ['duration', '90', '"90s"'],
  ['field_mask', 'display_name, owner.full_name', '"displayName,owner.fullName"'],
  ['struct', "{a: 1, 'b': [true,],}", '{"a":1,"b":[true]}'],
  ['value', '[1, "x"]', '[1,"x"]'],
  ['value', 'null', 'null'],
  ['list_value', '[12345678901234567890]', '[12345678901234567890]'],
  ['null_value', 'null', 'null'],
  ['wrapped_int64', '0', '"0"'],
  ['wrapped_string', '""', '""'],
  ['wrapped_bool', 'f', 'false'],
  ['wrapped_bytes', 'hex:00', '"AA=="'],
  ['point', '{}', '{}'],
  ['point', '{x: 1, y: -2}', '{"x":1,"y":-2}'],
  ['empty', '{}', '{}'],
  ['repeated_int32', '[1, 2]', '[1,2]'],
  ['repeated_string', 'one', '["one"]'],
  ['map_int32_string', '0x10=ten', '{"16":"ten"}'],
  ['map_bool_string', 'yes=x', '{"true":"x"}'],
  ['map_string_point', '"a=b"={x: 1}', '{"a=b":{"x":1}}'],
  [
    'any',
    '{"@type": "type.googleapis.com/kinds.v1.Point", "x": 1}',
    '{"@type":"type.googleapis.com/kinds.v1.Point","x":1}',
  ],
  ['renamed', 'r', '"r"'],
];

test.each(taken)('%s takes %s', (field, typed, json) => {
  const session = everything().set(field, typed);
  expect(session.fault).toBeUndefined();
  const { jsonName } = messageOf(schema, 'kinds.v1.Everything').fields.find(({ name }) => name === field)!;
  expect(session.document).toBe(`{"${jsonName}":${json}}`);
  // The reader of documents takes it, and the form takes it back with the same text in the row.
  const read = jsonReader(session.state.options.message, { types: schema.types });
  read({ text: session.document, from: 'form', line: 1, column: 1 });
  expect(everything({ draft: session.document }).document).toBe(session.document);
});

const refused: [field: string, typed: string, at: number, message: string][] = [
  ['int32_value', '3000000000', 0, 'int32_value takes -2147483648…2147483647, 3000000000 is too large'],
  ['uint32_value', '-1', 0, 'uint32_value takes 0…4294967295, -1 is too small'],
  [
    'int64_value',
    '9223372036854775808',
    0,
    'int64_value takes -9223372036854775808…9223372036854775807, 9223372036854775808 is too large',
  ],
  ['int32_value', '12x', 2, 'int32_value takes a whole number (int32), 12x is none'],
  ['int32_value', '1.5', 1, 'int32_value takes whole numbers (int32)'],
  ['int32_value', '1e-1', 1, 'int32_value takes whole numbers (int32)'],
  ['double_value', '1.2.3', 3, 'double_value takes a number such as 1.5, 1e9, inf or nan, 1.2.3 is none'],
  ['float_value', '1e39', 0, '1e39 is too large for float_value (float); write inf for infinity'],
  ['bool_value', 'maybe', 0, 'bool_value takes true or false (also t/f, y/n, on/off, 1/0), not maybe'],
  ['bytes_value', 'hello', 0, 'not base64; did you mean text:hello ?'],
  ['bytes_value', 'hex:0g', 5, 'not a hex digit: g'],
  ['bytes_value', 'hex:123', 7, 'bytes_value takes pairs of hex digits, these are 3'],
  ['color', 'purple', 0, 'Color has no value purple; there are UNSPECIFIED, RED, GREEN, BLUE'],
  ['color', 'gren', 0, 'Color has no value gren; did you mean GREEN?'],
  ['timestamp', '2026-02-30', 0, '2026-02-30 is no date of the calendar, or out of range'],
  ['timestamp', '2026-01-31x', 10, 'a time is 2026-01-31T12:00:00Z, 2026-01-31, now, now-2h or unix:1732060800'],
  ['timestamp', 'now-2x', 5, 'expected a unit (h, m, s, ms, us, ns); such as now-2h or now+1h30m'],
  ['duration', '1h30', 4, 'expected a unit (h, m, s, ms, us, ns); a duration is 1h30m, 250ms or 1.5s'],
  ['field_mask', 'a,,b', 2, 'a path is missing'],
  ['struct', '{a: 1', 5, 'row 1, column 6: expected "," or "}", got the end'],
  ['struct', '[1]', 0, 'expected a JSON object: {name: value}'],
  ['value', 'hello', 0, 'row 1, column 1: expected a JSON value, got hello; text needs quotes'],
  ['point', 'x', 0, 'point opens with →; or write {} or {…} in JSON'],
  ['point', '{x: 1, z: 2}', 7, 'kinds.v1.Point has no field z; did you mean x or y?'],
  ['point', '{x: "a"}', 4, 'x takes a whole number (sint32), a is none'],
  ['map_int32_string', 'a=b', 0, 'the key takes a whole number (int32), a is none'],
  ['any', 'kinds.v1.Poin', 0, 'no message type kinds.v1.Poin is known; did you mean kinds.v1.Point?'],
  ['string_value', '$nothing', 1, 'there is no variable nothing'],
  ['string_value', ':nxt', 0, 'no word :nxt; did you mean next?; text that begins with : is written \\:'],
];

test.each(refused)('%s refuses %s', (field, typed, at, message) => {
  const session = everything().set(field, typed);
  expect(session.fault).toBe(message);
  // Nothing typed is lost: it stays in the line, the cursor on the fault.
  expect(session.state.edit.text).toBe(typed);
  if (!typed.startsWith(':')) expect(session.state.edit.cursor).toBe(at);
  expect(session.document).toBe('{}');
});

describe('what is said under the line', () => {
  const said: [field: string, typed: string, line: string][] = [
    ['bytes_value', 'text:hello', '5 bytes  68 65 6c 6c 6f  hello'],
    [
      'bytes_value',
      'hex:0001020304050607 08090a0b0c0d0e0f10',
      '17 bytes  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f …',
    ],
    ['float_value', '0.1', 'stored as 0.10000000149'],
    ['float_value', '0.5', ''],
    ['duration', '1h30m', '5400s'],
    ['bool_value', 'true', 'unset · [true] · false'],
    ['bool_value', '', '[unset] · true · false'],
    ['color', '', '[unset] · COLOR_UNSPECIFIED 0 · COLOR_RED 1 · COLOR_GREEN 2 · COLOR_BLUE 10'],
    ['color', 'red', 'number 1  As blood.'],
    ['color', 'b', 'number 10  As the sky.'],
    ['priority', 'x', ''],
    ['string_value', '$name', '= Ada'],
    ['string_value', 'I am ${name}', '= I am Ada'],
  ];
  test.each(said)('%s %s', (field, typed, line) => {
    const variables = (name: string): string | undefined => (name === 'name' ? '"Ada"' : undefined);
    const session = everything({ variables }).go(field).press(`'${typed}'`);
    const screen = session.screen(120, 40);
    const row = screen.findIndex((each) => each.startsWith(` > ${field} `));
    expect(screen[row + 1]!.startsWith('     ') ? screen[row + 1]!.trim() : '').toBe(line);
  });

  test('a moment in UTC and local time', () => {
    const session = everything().go('timestamp').press("'2026-01-31T12:00:00.5Z'");
    expect(session.screen(100, 30).join('\n')).toMatch(
      /2026-01-31T12:00:00\.5Z · (?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d local/,
    );
  });
});

test('variables are put in by their kind', () => {
  const values = new Map([
    ['id', '"42"'],
    ['last.place', '{"x":1}'],
    ['uuid()', '"0000-1"'],
  ]);
  const session = everything({ variables: (name: string) => values.get(name) });
  session.set('int64_value', '$id').set('point', '$last.place').set('string_value', 'id-${uuid()}').set('text', '');
  expect(session.document).toBe('{"int64Value":"42","stringValue":"id-0000-1","point":{"x":1}}');
});

test('files are values', () => {
  const readFile = (path: string): Uint8Array => {
    if (path === 'none') throw new Error('ENOENT');
    return Buffer.from('{"x":1}\n');
  };
  const session = everything({ readFile }).set('bytes_value', '@a').set('string_value', '@a').set('point', '@a');
  expect(session.document).toBe('{"stringValue":"{\\"x\\":1}\\n","bytesValue":"eyJ4IjoxfQo=","point":{"x":1}}');
  expect(session.set('color', '@none').fault).toBe('cannot read none: ENOENT');
});

test('an unknown number of an open enum is taken after a question', () => {
  const session = everything().set('color', '7');
  expect(session.screen().join('\n')).toContain('Color has no value 7. Send the number all the same? (y/n)');
  expect(session.press('n').document).toBe('{}');
  expect(session.state.edit.text).toBe('7');
  expect(session.press('return', 'y').document).toBe('{"color":7}');
});

test('a closed enum takes no unknown number', () => {
  const session = new FormSession(formOptions(schema, 'kinds.v1.Legacy')).set('grade', '9');
  expect(session.fault).toBe('Grade has no value 9, and it is closed: unknown numbers are not allowed');
});

describe('google.type', () => {
  const written: [field: string, typed: string, json: string][] = [
    ['since', '2026-11-20', '{"year":2026,"month":11,"day":20}'],
    ['since', '2026-2', '{"year":2026,"month":2}'],
    ['since', '2026', '{"year":2026}'],
    ['near', '59.9,10.7', '{"latitude":59.9,"longitude":10.7}'],
    ['near', '-1.5 , .25', '{"latitude":-1.5,"longitude":0.25}'],
    ['since', '{year: 1, month: 13}', '{"year":1,"month":13}'],
  ];
  test.each(written)('%s takes %s', (field, typed, json) => {
    const session = new FormSession(formOptions(schema, 'inventory.v1.Filters')).set(field, typed);
    expect(session.document).toBe(`{"${field}":${json}}`);
  });

  const amounts: [typed: string, json: string, shown: string][] = [
    ['12.50 EUR', '{"currencyCode":"EUR","units":"12","nanos":500000000}', '12.50 EUR'],
    ['usd 3', '{"currencyCode":"USD","units":"3"}', '3 USD'],
    ['-0.000000001 JPY', '{"currencyCode":"JPY","nanos":-1}', '-0.000000001 JPY'],
    ['-1.5EUR', '{"currencyCode":"EUR","units":"-1","nanos":-500000000}', '-1.50 EUR'],
  ];
  test.each(amounts)('money %s', (typed, json, shown) => {
    const options = formOptions(schema, 'inventory.v1.UpdateItemRequest');
    const { document } = new FormSession(options).set('item.price', typed);
    expect(document).toBe(`{"item":{"price":${json}}}`);
    const again = new FormSession({ ...options, draft: document }).go('item.price');
    expect(again.state.edit.text).toBe(shown);
  });

  const wrong: [field: string, typed: string, at: number, message: string][] = [
    ['since', '2026-02-30', 0, '2026-02-30 is no date of the calendar'],
    ['since', '20.11.2026', 2, 'a date is 2026-11-20, or 2026-11, or 2026'],
    ['near', '91,0', 0, 'latitude is -90…90, not 91'],
    ['near', '1,181', 2, 'longitude is -180…180, not 181'],
    ['near', '59.9', 4, 'a place is latitude,longitude such as 59.9,10.7'],
  ];
  test.each(wrong)('%s refuses %s', (field, typed, at, message) => {
    const session = new FormSession(formOptions(schema, 'inventory.v1.Filters')).set(field, typed);
    expect(session.state.fault).toEqual({ at, message });
  });
});
