// Valid JSON documents of any message type, as text: every notation that ProtoJSON has for a value, with the values at
// the edges of each type more often than chance would have them.
import type { DescExtension, DescField, DescMessage, Registry } from '@bufbuild/protobuf';
import fc from 'fast-check';

type Text = fc.Arbitrary<string>;
type Kind = Pick<DescField | DescExtension, 'scalar' | 'enum' | 'message'>;

const quotedText = (text: string): string => JSON.stringify(text);

/** An integer as a number, in a string, with a fraction of zeros or an exponent. */
function integer(low: bigint, high: bigint): Text {
  const near = [low, low + 1n, -1n, 0n, 1n, 127n, 128n, 2n ** 31n, 2n ** 32n, 2n ** 53n, high - 1n, high];
  const edges = near.filter((value) => value >= low && value <= high);
  return fc.tuple(fc.oneof(fc.constantFrom(...edges), fc.bigInt(low, high)), fc.nat(9)).map(([value, how]) => {
    // The other reader goes through numbers, which are exact to 2^53 only.
    const isExact = value <= 2n ** 53n && value >= -(2n ** 53n);
    if (!isExact || how < 3) return `"${value}"`;
    if (how === 3) return `${value}.0`;
    if (how === 4 && value % 100n === 0n) return `${value / 100n}e2`;
    return how === 5 ? `${value}E+0` : `${value}`;
  });
}

const signed = (bits: bigint): Text => integer(-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n);
const unsigned = (bits: bigint): Text => integer(0n, 2n ** bits - 1n);

function floating(edges: readonly string[], any: fc.Arbitrary<number>): Text {
  const special = [
    '"NaN"',
    '"Infinity"',
    '"-Infinity"',
    '0',
    '-0',
    '0.0',
    '-0.0',
    '1e0',
    '1E5',
    '"1.5"',
    '"-0"',
    '0.1',
  ];
  const printed = any.map((value) =>
    Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : `${value}`) : `"${value}"`,
  );
  return fc.oneof(fc.constantFrom(...special, ...edges), printed);
}

const double = floating(
  ['5e-324', '-5e-324', '1.7976931348623157e308', '2.2250738585072014e-308', '123456789012345680000'],
  fc.double(),
);
const float = floating(
  ['1e-45', '1.1754944e-38', '3.4028235e38', '-3.4028235e38', '16777217', '8.589973e9'],
  fc.float(),
);

const characters = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    '',
    '__proto__',
    '\u0000',
    '\u2028',
    '\u202e',
    '\u001b[31m',
    '\\',
    '"',
    '/',
    '\ufeff',
    '😀',
    '\uffff',
  ),
);
/** A string, some of its characters in escapes. */
const string = fc
  .tuple(
    characters.filter((text) => !/[\ud800-\udfff]/u.test(text)),
    fc.nat(3),
  )
  .map(([text, how]) => {
    if (how > 0) return quotedText(text);
    return `"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
  });

/** Base64 in each of its alphabets, with padding and without. */
const bytes = fc.tuple(fc.uint8Array({ maxLength: 12 }), fc.nat(3)).map(([value, how]) => {
  const text = Buffer.from(value).toString(how % 2 === 0 ? 'base64' : 'base64url');
  return quotedText(
    how === 0 ? text : how === 3 ? text.padEnd(Math.ceil(text.length / 4) * 4, '=') : text.replace(/=+$/, ''),
  );
});

const scalars = new Map<number, Text>([
  ...([1, 2] as const).map((type) => [type, type === 1 ? double : float] as const),
  ...[5, 15, 17].map((type) => [type, signed(32n)] as const),
  ...[3, 16, 18].map((type) => [type, signed(64n)] as const),
  ...[7, 13].map((type) => [type, unsigned(32n)] as const),
  ...[4, 6].map((type) => [type, unsigned(64n)] as const),
  [8, fc.constantFrom('true', 'false')],
  [9, string],
  [12, bytes],
]);

const value: Text = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('null', 'true', 'false', '-0', '1e300'),
    string,
    tie('array'),
    tie('object'),
  ),
  array: fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
  object: fc.dictionary(fc.constantFrom('a', '', '__proto__', 'constructor', '@type'), tie('value')).map(objectText),
})).value;
const object = fc.dictionary(fc.constantFrom('a', '', '__proto__', 'x y'), value, { maxKeys: 3 }).map(objectText);

function objectText(members: Readonly<Record<string, string>>): string {
  return `{${Object.entries(members)
    .map(([name, text]) => `${quotedText(name)}:${text}`)
    .join(',')}}`;
}

const times = [
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '1970-01-01T00:00:00Z',
  '1969-12-31T23:59:59.999Z',
];
const moreTimes = ['2024-02-29T23:59:59.1Z', '2000-01-01T00:00:00.000001+14:00', '2000-01-01T00:00:00-23:59'];
const durations = [
  '0s',
  '-0s',
  '0.000000001s',
  '-0.5s',
  '-1.000001s',
  '315576000000s',
  '-315576000000.999999999s',
  '3.000s',
];
const wellKnown = new Map<string, Text>([
  ['Timestamp', fc.constantFrom(...times, ...moreTimes).map(quotedText)],
  ['Duration', fc.constantFrom(...durations).map(quotedText)],
  [
    'FieldMask',
    fc.array(fc.constantFrom('a', 'displayName', 'a.bC.d', 'f1.g2')).map((paths) => quotedText(paths.join(','))),
  ],
  ['Struct', object],
  ['Value', value],
  ['ListValue', fc.array(value, { maxLength: 3 }).map((items) => `[${items.join(',')}]`)],
  ['Empty', fc.constant('{}')],
  ...[...[1, 2], ...[8, 9, 12], ...[3, 4, 5, 13]].map((type, index) => {
    const names = ['Double', 'Float', 'Bool', 'String', 'Bytes', 'Int64', 'UInt64', 'Int32', 'UInt32'];
    return [`${names[index]}Value`, scalars.get(type)!] as const;
  }),
]);

/** Valid documents of types in a registry. */
export class JsonTexts {
  readonly #registry: Registry;
  readonly #extensions = new Map<string, DescExtension[]>();

  constructor(registry: Registry) {
    this.#registry = registry;
    for (const type of registry) {
      if (type.kind !== 'extension') continue;
      const known = this.#extensions.get(type.extendee.typeName);
      if (known) known.push(type);
      else this.#extensions.set(type.extendee.typeName, [type]);
    }
  }

  /** Documents with messages nested up to `depth`, of up to a handful of fields each. */
  of(type: DescMessage, depth: number): Text {
    const short = type.typeName.replace('google.protobuf.', '');
    if (short === 'Any') return this.#any(depth);
    return wellKnown.get(short) ?? this.#members(type, depth).map((members) => `{${members.join(',')}}`);
  }

  #members(type: DescMessage, depth: number): fc.Arbitrary<string[]> {
    const required = type.fields.filter(({ presence }) => presence === 3);
    const others = [...type.fields, ...(this.#extensions.get(type.typeName) ?? [])].filter(
      (field) => !required.includes(field as DescField),
    );
    const some = depth > 0 ? fc.subarray(others, { maxLength: Math.min(6, others.length) }) : fc.constant([]);
    return some.chain((fields) => {
      const oneofs = new Set<unknown>();
      const kept = fields.filter(({ oneof }) => !oneof || (!oneofs.has(oneof) && oneofs.add(oneof)));
      return fc.tuple(...[...required, ...kept].map((field) => this.#member(field, depth)));
    });
  }

  #member(field: DescField | DescExtension, depth: number): Text {
    const names = field.kind === 'extension' ? [field.jsonName] : [field.jsonName, field.name];
    const text = fc.tuple(fc.constantFrom(...names), fc.constantFrom(':', ': ', '\n:\t'), this.#field(field, depth));
    return text.map(([name, colon, content]) => quotedText(name) + colon + content);
  }

  #field(field: DescField | DescExtension, depth: number): Text {
    const one = this.#one(field, depth);
    if (field.fieldKind === 'list') return fc.array(one, { maxLength: 3 }).map((items) => `[${items.join(' , ')}]`);
    if (field.fieldKind !== 'map') return one;
    const entries = fc.uniqueArray(fc.tuple(this.#key(field.mapKey), one), { maxLength: 3, selector: ([key]) => key });
    return entries.map((all) => `{${all.map(([key, text]) => `${key}:${text}`).join(',')}}`);
  }

  #key(scalar: number): Text {
    if (scalar === 9 || scalar === 8) return scalars.get(scalar)!.map((text) => quotedText(String(JSON.parse(text))));
    // Keys are read as texts by the other library, so they are written in one way only.
    return scalars.get(scalar)!.map((text) => `"${BigInt(JSON.parse(text) as string | number)}"`);
  }

  #one({ message, enum: one, scalar }: Kind, depth: number): Text {
    if (message) return this.of(message, depth - 1);
    if (!one) return scalars.get(scalar!)!;
    if (one.typeName === 'google.protobuf.NullValue') return fc.constantFrom('null', '"NULL_VALUE"', '0');
    const numbers = one.values.map(({ number }) => String(number));
    return fc.constantFrom(
      ...one.values.map(({ name }) => quotedText(name)),
      ...numbers,
      ...(one.open ? ['77', '-5'] : []),
    );
  }

  #any(depth: number): Text {
    const typed = (name: string, rest: Text): Text =>
      rest.map((text) => `{"@type":"type.googleapis.com/${name}"${text}}`);
    // Go puts what an Empty holds, which is nothing, behind `value`; the specification leaves it out.
    const known = [...wellKnown]
      .filter(([name]) => name !== 'Empty')
      .map(([name, content]) =>
        typed(
          `google.protobuf.${name}`,
          content.map((text) => `,"value":${text}`),
        ),
      );
    if (depth <= 0) return fc.oneof(fc.constant('{}'), ...known);
    const type = this.#registry.getMessage('every.proto3.Singles')!;
    const message = this.#members(type, depth - 1).map((members) => members.map((member) => `,${member}`).join(''));
    return fc.oneof(
      typed(type.typeName, message),
      typed(
        'google.protobuf.Any',
        this.#any(0).map((text) => `,"value":${text}`),
      ),
      ...known,
    );
  }
}
