// The shapes of a reply: pairs, a table, JSON, a tree; long lists shortened, notes beside the data.

import type { DescMessage } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { style as styleOf } from '../../src/render/style.ts';
import { type ReplyOptions, replyText } from '../../src/repl/reply-body.ts';
import { treeText } from '../../src/repl/reply-tree.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';
import { openSchema } from '../../src/schema/store.ts';
import { temporaryFiles } from '../support/temp.ts';

const proto = `syntax = "proto3";
package t;
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
enum State { STATE_UNKNOWN = 0; STATE_OPEN = 3; }
message Item {
  string id = 1;
  int64 amount = 2;
  State state = 3;
  google.protobuf.Timestamp made = 4;
  google.protobuf.Duration took = 5;
  bytes data = 6;
  map<string, string> labels = 7;
  repeated string tags = 8;
  Item inner = 9;
  string long_name_of_a_field = 10;
}
message Page { repeated Item items = 1; string next_page_token = 2; }
`;

let item: DescMessage;
let page: DescMessage;
const zone = process.env.TZ;
beforeAll(async () => {
  process.env.TZ = 'UTC';
  const schema = openSchema(await protoFiles(['t.proto'], [temporaryFiles({ 't.proto': proto })]));
  [item, page] = (await Promise.all(['t.Item', 't.Page'].map((name) => schema.symbol(name)))) as [
    DescMessage,
    DescMessage,
  ];
});
afterAll(() => {
  process.env.TZ = zone;
});

function shown(json: unknown, options: Partial<ReplyOptions> & { width?: number } = {}): string[] {
  const style = styleOf({ color: false, ascii: false, width: options.width ?? 80 });
  const message = options.message ?? item;
  const { lines, notes } = replyText(typeof json === 'string' ? json : JSON.stringify(json), {
    style,
    message,
    name: '$7',
    shape: 'auto',
    unset: false,
    ...options,
  });
  return [...lines, ...notes.map((note) => `(${note})`)];
}

describe('few values are pairs', () => {
  test('with what they mean beside them', () => {
    expect(
      shown({
        id: 'a',
        amount: '9007199254740993',
        state: 'STATE_OPEN',
        made: '2026-11-20T03:41:07Z',
        took: '5400s',
        data: 'aGk=',
        labels: { b: 'c' },
        tags: ['x', 'y'],
      }),
    ).toEqual([
      '  id      a',
      '  amount  9007199254740993',
      '  state   STATE_OPEN   = 3',
      '  made    2026-11-20T03:41:07Z   03:41:07 local',
      '  took    5400s   1 h 30 min',
      '  data    aGk=   2 B: "hi"',
      '  labels  b=c',
      '  tags    x, y',
    ]);
  });

  test('long text goes on under itself, a note has its own line where there is no room', () => {
    const lines = shown({ id: 'word '.repeat(12).trim(), made: '2026-11-20T03:41:07Z' }, { width: 40 });
    expect(lines).toEqual([
      '  id    word word word word word word',
      '        word word word word word word',
      '  made  2026-11-20T03:41:07Z',
      '        03:41:07 local',
    ]);
  });

  test('text with lines keeps them, other control characters are escaped', () => {
    expect(shown({ id: 'a\nb\u001b[31m' })).toEqual(['  id  a', '      b\\u001b[31m']);
  });

  test('fields that are not set are told if wanted', () => {
    expect(shown({ id: 'a' }, { unset: true })).toContain('  state             unset');
  });

  test('nothing at all', () => {
    expect(shown({})).toEqual(['  {}  no field is set']);
  });
});

describe('one list of messages is a table', () => {
  const items = [
    { id: 'a', amount: '1', state: 'STATE_OPEN' },
    { id: 'b', amount: '22', longNameOfAField: 'z'.repeat(100) },
  ];

  test('in the order of the schema, cut to the width', () => {
    expect(shown({ items, nextPageToken: 't' }, { message: page })).toEqual([
      `  id  amount  state       longNameOfAField`,
      `  a   1       STATE_OPEN`,
      `  b   22                  ${'z'.repeat(52)}…`,
      '  nextPageToken  t',
      '(cells are cut: x shows all)',
    ]);
  });

  test('never wider than the terminal', () => {
    for (const width of [60, 72, 80, 120]) {
      for (const line of shown({ items }, { message: page, width })) expect(line.length).toBeLessThan(width);
    }
  });

  test('pairs where it is narrow', () => {
    expect(shown({ items: [items[0]] }, { message: page, width: 40 })).toEqual([
      '- id      a',
      '  amount  1',
      '  state   STATE_OPEN',
    ]);
  });

  test('of more than fifty the first, and how the others can be had', () => {
    const many = Array.from({ length: 60 }, (_, at) => ({ id: `i${at}` }));
    const lines = shown({ items: many }, { message: page });
    expect(lines).toHaveLength(52);
    expect(lines.at(-1)).toBe('  … 10 more, $7.items[50:]');
  });
});

describe('anything else is JSON', () => {
  test('in the order it came', () => {
    expect(shown('{"inner":{"amount":"9007199254740993","inner":{}},"id":"a"}')).toEqual([
      '{',
      '  "inner": {',
      '    "amount": "9007199254740993",',
      '    "inner": {}',
      '  },',
      '  "id": "a"',
      '}',
    ]);
  });

  test('with long lists shortened', () => {
    const lines = shown({ tags: Array.from({ length: 1000 }, (_, at) => `t${at}`) });
    expect(lines).toHaveLength(55);
    expect(lines.slice(-4)).toEqual(['    "t49",', '    … 950 more, $7.tags[50:]', '  ]', '}']);
  });
});

test('unknown fields are a note', () => {
  expect(shown({ id: 'a', '[14]': '5', '[15]': 'x' }).at(-1)).toBe(
    '(2 unknown fields (numbers 14, 15): the schema may be old; reload asks for it anew)',
  );
});

test('a tree', () => {
  const style = styleOf({ color: false, ascii: true, width: 80 });
  const json = JSON.stringify({ items: [{ id: 'a', inner: { id: 'b' } }, { id: 'c' }], nextPageToken: 't' });
  expect(treeText(json, page, style).split('\n')).toEqual([
    '|- items',
    '|  |- [0]',
    '|  |  |- id     a',
    '|  |  `- inner',
    '|  |     `- id  b',
    '|  `- [1]',
    '|     `- id  c',
    '`- nextPageToken  t',
    '',
  ]);
});
