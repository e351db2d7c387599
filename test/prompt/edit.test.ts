import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EditState, editOf, moveByLine, pressInEdit } from '../../src/prompt/edit.ts';
import { namedKey, pasteKey } from '../../src/prompt/keys.ts';
import { graphemes } from '../../src/render/graphemes.ts';
import '../support/property-seed.ts';

/** `a|b` is the text `ab` with the cursor between. */
function at(marked: string): EditState {
  const cursor = marked.indexOf('|');
  return { ...editOf(marked.replace('|', '')), cursor };
}

function marked({ text, cursor }: EditState): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

function press(state: EditState, ...keys: readonly string[]): EditState {
  return keys.reduce((now, key) => pressInEdit(now, namedKey(key)) ?? now, state);
}

const family = '👨‍👩‍👧';

test.each([
  ['ctrl-a', 'one two|', '|one two'],
  ['home', 'one t|wo', '|one two'],
  ['ctrl-e', '|one two', 'one two|'],
  ['end', 'o|ne', 'one|'],
  ['ctrl-f', 'o|ne', 'on|e'],
  ['right', 'one|', 'one|'],
  ['ctrl-b', 'o|ne', '|one'],
  ['left', '|one', '|one'],
  ['alt-b', 'one two.three|', 'one two.|three'],
  ['alt-b', 'one  |two', '|one  two'],
  ['alt-f', '|one two', 'one| two'],
  ['ctrl-right', 'one| two', 'one two|'],
  ['ctrl-k', 'one| two', 'one|'],
  ['ctrl-u', 'one| two', '| two'],
  ['ctrl-w', 'call a.b/c|', 'call |'],
  ['ctrl-w', 'call a.b  |', 'call |'],
  ['alt-backspace', 'call a.b|', 'call a.|'],
  ['alt-d', 'call| a.b', 'call|.b'],
  ['ctrl-d', 'a|bc', 'a|c'],
  ['ctrl-d', 'abc|', 'abc|'],
  ['delete', 'a|bc', 'a|c'],
  ['ctrl-h', 'ab|c', 'a|c'],
  ['backspace', '|abc', '|abc'],
  ['ctrl-t', 'ab|c', 'acb|'],
  ['ctrl-t', 'abc|', 'acb|'],
  ['ctrl-t', '|abc', '|abc'],
  ['alt-return', 'a|b', 'a\n|b'],
  ['left', `a${family}|b`, `a|${family}b`],
  ['backspace', `a${family}|b`, 'a|b'],
  ['backspace', 'e\u0301|', '|'],
  ['ctrl-t', `a${family}|`, `${family}a|`],
  ['ctrl-a', 'first\nsec|ond', 'first\n|second'],
  ['ctrl-e', 'fi|rst\nsecond', 'first|\nsecond'],
  ['ctrl-k', 'fi|rst\nsecond', 'fi|\nsecond'],
  ['ctrl-k', 'first|\nsecond', 'first|second'],
  ['ctrl-u', 'first\nsec|ond', 'first\n|ond'],
])('%s turns %s into %s', (key, before, after) => {
  expect(marked(press(at(before), key))).toBe(after);
});

test.each(['up', 'down', 'return', 'tab', 'escape', 'ctrl-c', 'ctrl-r', 'f1', 'alt-g', 'ctrl-s'])(
  '%s is the prompt’s own',
  (key) => {
    expect(pressInEdit(at('a|b'), namedKey(key))).toBeUndefined();
  },
);

test('Ctrl-D on an empty text is the prompt’s own', () => {
  expect(pressInEdit(editOf(), namedKey('ctrl-d'))).toBeUndefined();
});

test('kills in a row are put back as one, in the order of the text', () => {
  expect(marked(press(at('one two three|'), 'ctrl-w', 'ctrl-w', 'ctrl-a', 'ctrl-y'))).toBe('two three|one ');
  expect(marked(press(at('|one two three'), 'alt-d', 'alt-d', 'ctrl-e', 'ctrl-y'))).toBe(' threeone two|');
  expect(press(at('one two|'), 'ctrl-w', 'left', 'ctrl-w').killed).toBe('one');
});

test('undo takes back word by word what was typed, and each kill', () => {
  const typed = press(editOf(), ...'one two', 'ctrl-w');
  expect(typed.text).toBe('one ');
  const texts = [typed];
  while (texts.at(-1)!.undo.length > 0) texts.push(press(texts.at(-1)!, 'ctrl-_'));
  expect(texts.map(({ text }) => text)).toEqual(['one ', 'one two', 'one', '']);
});

test('a paste is put in whole and undone whole', () => {
  const pasted = pressInEdit(at('a|b'), pasteKey('1\r\n2\r3'))!;
  expect(marked(pasted)).toBe('a1\n2\n3|b');
  expect(marked(press(pasted, 'ctrl-_'))).toBe('a|b');
});

test('up and down keep the column where the line is long enough', () => {
  const state = at('long line\nab\nanother l|ine');
  const up = moveByLine(state, -1)!;
  expect(marked(up)).toBe('long line\nab|\nanother line');
  expect(marked(moveByLine(up, -1)!)).toBe('lo|ng line\nab\nanother line');
  expect(moveByLine(at('on|ly'), -1)).toBeUndefined();
  expect(moveByLine(at('on|ly'), 1)).toBeUndefined();
  expect(marked(moveByLine(at('|a\n'), 1)!)).toBe('a\n|');
});

test('whatever is pressed, the cursor stands between graphemes and undo leads back to the start', () => {
  const keys = [
    'left',
    'right',
    'ctrl-w',
    'alt-d',
    'ctrl-t',
    'ctrl-y',
    'ctrl-k',
    'backspace',
    'alt-b',
    'alt-f',
    'alt-return',
  ];
  const step = fc.oneof(
    fc.constantFrom(...keys).map(namedKey),
    fc.constantFrom('a', '漢', family, 'e\u0301', ' x\n').map(pasteKey),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = editOf('start 漢字');
      for (const key of steps) {
        state = pressInEdit(state, key) ?? state;
        const edges = new Set([0]);
        let place = 0;
        for (const piece of graphemes(state.text)) {
          place += piece.length;
          edges.add(place);
        }
        expect(edges.has(state.cursor)).toBe(true);
      }
      while (state.undo.length > 0) state = press(state, 'ctrl-_');
      expect(state.text).toBe('start 漢字');
    }),
  );
});
