// Lines taken apart as a shell would, tables over the pure function.
import { describe, expect, test } from 'vitest';
import { isIncomplete, type Line, splitLine } from '../../src/repl/line.ts';

/** Words as text, variables as `<text:as>`. */
function words(text: string): string[] {
  return whole(text).words.map((word) =>
    word.parts.map((part) => (part.kind === 'text' ? part.text : `<${part.text}:${part.as}>`)).join(''),
  );
}

function whole(text: string): Line {
  const split = splitLine(text);
  if (isIncomplete(split)) throw new Error(`incomplete: ${split.what}`);
  return split;
}

describe('words', () => {
  test.each<[line: string, ...words: string[]]>([
    ['', ...[]],
    ['   \t ', ...[]],
    ['call GetUser id=1', 'call', 'GetUser', 'id=1'],
    ['  a   b  ', 'a', 'b'],
    ["a='b c'd", 'a=b cd'],
    ['a="b c"d', 'a=b cd'],
    ["''", ''],
    ['"" x', '', 'x'],
    ["'it'\\''s'", "it's"],
    ["'a\\nb'", 'a\\nb'],
    ['"a\\"b\\\\c\\$d\\n"', 'a"b\\c$d\\n'],
    ['a\\ b', 'a b'],
    ['\\#x', '#x'],
    ['a\\\nb', 'ab'],
    ['a \\\n b', 'a', 'b'],
    ["$'a\\tb\\x41\\u00e9\\U0001F600\\101\\''", "a\tbA\u00e9\u{1F600}A'"],
    ["x$'\\n'y", 'x\ny'],
    ["$'\\q'", '\\q'],
    ['# all of it', ...[]],
    ['a # b | c', 'a'],
    ['a#b', 'a#b'],
    ['Schlüssel=wert 鍵=値', 'Schlüssel=wert', '鍵=値'],
    ['--flag=value -x -- y', '--flag=value', '-x', '--', 'y'],
    ['a;b & c', 'a;b', '&', 'c'],
  ])('%j', (line, ...expected) => {
    expect(words(line)).toEqual(expected);
  });
});

describe('JSON without quotes', () => {
  test.each<[line: string, ...words: string[]]>([
    ['call M {"a": 1, "b": [1, 2]}', 'call', 'M', '{"a": 1, "b": [1, 2]}'],
    ['M {"a": "}] \\" x"} next', 'M', '{"a": "}] \\" x"}', 'next'],
    ['M {"a":\n 1}', 'M', '{"a":\n 1}'],
    ['M [{"a": 1}, {}] [ ]', 'M', '[{"a": 1}, {}]', '[ ]'],
    ['M item:={"a": 1} b=2', 'M', 'item:={"a": 1}', 'b=2'],
    ['M list:=[1, 2] x', 'M', 'list:=[1, 2]', 'x'],
    ['M [pkg.ext]:={"a": 1}', 'M', '[pkg.ext]:={"a": 1}'],
    ['M a[0].b=c', 'M', 'a[0].b=c'],
    ['-d {"a": 1}', '-d', '{"a": 1}'],
    ['M a={b', 'M', 'a={b'],
    ['M a={"b": 1} c', 'M', 'a={"b": 1}', 'c'],
    ['M a=[b', 'M', 'a=[b'],
    [
      'M {"p": "cost $5", "q": "${x} ", "r": $y.z[0]}',
      'M',
      '{"p": "cost $5", "q": "<x:json-string> ", "r": <y.z[0]:json>}',
    ],
    ['M {"a": "| > #"}', 'M', '{"a": "| > #"}'],
  ])('%j', (line, ...expected) => {
    expect(words(line)).toEqual(expected);
  });

  test('only a word that is JSON altogether counts as JSON', () => {
    expect(whole('M {"a": 1} {}x x:={} [1]').words.map((word) => word.json)).toEqual([false, true, false, false, true]);
  });
});

describe('variables', () => {
  test.each<[line: string, ...words: string[]]>([
    ['$x', '<x:text>'],
    ['id=$last.items[0].id', 'id=<last.items[0].id:text>'],
    ['${x}y', '<x:text>y'],
    ['$1.a $env.HOME/x', '<1.a:text>', '<env.HOME:text>/x'],
    ['"a $x b"', 'a <x:text> b'],
    ["'$x'", '$x'],
    ['$ $- a$', '$', '$-', 'a$'],
    ['\\$x', '$x'],
    ['${uuid()} ${random(1, 9)}', '<uuid():text>', '<random(1, 9):text>'],
    ['$x[-1]["a b"].c', '<x[-1]["a b"].c:text>'],
    ['$x.', '<x:text>.'],
  ])('%j', (line, ...expected) => {
    expect(words(line)).toEqual(expected);
  });

  test('know their column', () => {
    const [, word] = whole('call id=é$x').words;
    expect(word?.parts[1]).toMatchObject({ text: 'x', column: 10 });
  });
});

describe('where the output goes', () => {
  test.each([
    ['ls | grep a | wc -l', { kind: 'pipe', command: 'grep a | wc -l' }],
    ['ls|cat', { kind: 'pipe', command: 'cat' }],
    ["ls | jq '.[0] > 1'", { kind: 'pipe', command: "jq '.[0] > 1'" }],
    ['ls > out.txt', { kind: 'file', append: false }],
    ['ls >>out.txt', { kind: 'file', append: true }],
    ["ls > 'a b' # why", { kind: 'file', append: false }],
  ])('%s', (line, sink) => {
    const split = whole(line);
    expect(split.sink).toMatchObject(sink);
    expect(split.words).toHaveLength(1);
  });

  test('quoted marks are text', () => {
    expect(whole("a='x > y' 'b | c' \\>").sink).toBeUndefined();
  });
});

describe('what is not finished', () => {
  test.each([
    ["a 'b", 3],
    ['a "b', 3],
    ["a $'b", 3],
    ['M {"a": 1', 3],
    ['M [1,\n 2', 3],
    ['a \\', 3],
    ['x ${y', 3],
    ["a\nb 'c", 3],
    ["ls > 'x", 6],
  ])('%j', (line, column) => {
    const split = splitLine(line);
    expect(isIncomplete(split) && split.column).toBe(column);
  });
});

describe('what no further line can mend', () => {
  test.each([
    ['ls |', 'column 4: no command behind "|"'],
    ['ls >', 'column 4: no file behind ">"'],
    ['ls > a b', 'column 8: only one file can stand behind ">"'],
  ])('%j', (line, message) => {
    expect(() => splitLine(line)).toThrow(expect.objectContaining({ code: 2, message }));
  });
});
