// Spoils .proto files word by word: lost, doubled, swapped and foreign words give what no grammar foresees.
import type { Spoiling } from './spoil.ts';

const words = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\w.]+|[\s\S]/g;

const foreign = [
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '=',
    ';',
    ':',
    ',',
    '.',
    '-',
    '/',
    '"',
    "'",
    '/*',
    '*/',
    '//',
    '\\',
    '\n',
  ],
  ...[
    'message',
    'enum',
    'service',
    'rpc',
    'returns',
    'stream',
    'oneof',
    'extend',
    'extensions',
    'reserved',
    'to',
    'max',
  ],
  ...['option', 'optional', 'required', 'repeated', 'group', 'map', 'import', 'public', 'weak', 'package', 'syntax'],
  ...[
    'edition',
    'export',
    'local',
    'default',
    'json_name',
    'packed',
    'features',
    'allow_alias',
    'message_set_wire_format',
  ],
  ...['string', 'bytes', 'int32', 'double', 'bool', 'true', 'inf', 'nan', 'NaN', 'null', 'undefined'],
  ...[
    '0',
    '-1',
    '1',
    '2',
    '19000',
    '536870911',
    '536870912',
    '2147483647',
    '99999999999999999999',
    '1e309',
    '0x',
    '08',
    '1.',
  ],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'é', '\u001b', '\0', '\ufeff', '\u202e', '\ud800'],
  ...['"proto2"', '"proto3"', '"2023"', '"2024"', '"1"', '"\\xff"', '"\\777"', '"\\u12"', '"\\Uffffffff"', '"a.proto"'],
  ...[
    '"google/protobuf/any.proto"',
    '"../x.proto"',
    'google.protobuf.Any',
    '.google.protobuf.FieldOptions',
    '.x',
    'x.',
  ],
  ...[
    'optional group Box = 1 {}',
    'oneof o {}',
    'map<string, M> m = 1;',
    'extensions 1 to max;',
    'extend M {}',
    'message M {}',
  ],
  ...[
    '[default = 1]',
    '[(x).y = {a: [1] b < c: 2 >}]',
    'option (x) = { a: 1 };',
    'option features.enum_type = CLOSED;',
  ],
  ...['{'.repeat(200), '['.repeat(200), 'message M {'.repeat(150), `${'a.'.repeat(3000)}a`, 'x'.repeat(20_000)],
];

/** The text after all of the spoilings. */
export function spoiledSource(text: string, how: readonly Spoiling[]): string {
  const tokens: string[] = text.match(words) ?? [];
  for (const [place, kind, value] of how) {
    const at = place % (tokens.length + 1);
    const word = foreign[value % foreign.length]!;
    const count = 1 + ((value >> 4) % 8);
    switch (kind % 7) {
      case 0:
        tokens.splice(at, count);
        break;
      case 1:
        tokens.splice(at, 0, ...tokens.slice(at, at + count));
        break;
      case 2:
        tokens.splice(at, 0, ` ${word} `);
        break;
      case 3:
        tokens.splice(at, 1, word);
        break;
      case 4:
        tokens.splice(at, 2, ...tokens.slice(at, at + 2).reverse());
        break;
      case 5:
        tokens.splice(at, 1, tokens[value % tokens.length] ?? '');
        break;
      default:
        tokens.length = Math.max(at, tokens.length >> 1);
    }
  }
  return tokens.join('');
}
