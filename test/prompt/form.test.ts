// What keys and typed words do in the form: keys in, document and rows out.
import { describe, expect, test } from 'vitest';
import { applyEdited, documentOf, draftOf, formMachine, warningsOf } from '../../src/prompt/form.ts';
import { FormSession, formOptions, formSchema } from './form-session.ts';

const schema = await formSchema();

const open = (name: string, more = {}): FormSession => new FormSession(formOptions(schema, name, more));
const filters = (draft?: string): FormSession => open('inventory.v1.Filters', { draft });
const update = (draft?: string): FormSession => open('inventory.v1.UpdateItemRequest', { draft });

/** The line of the active row, without its mark. */
const active = (form: FormSession): string =>
  form
    .screen(100, 60)
    .find((row) => row.startsWith('>') || row.startsWith(' > '))!
    .slice(3);

describe('unset is not the default', () => {
  test('Enter on empty leaves a field unset, "" is empty, Backspace unsets', () => {
    const form = open('kinds.v1.Everything').set('optional_string', '""').set('optional_int64', '0');
    expect(form.document).toBe('{"optionalInt64":"0","optionalString":""}');
    form.go('optional_int64').press('backspace', 'backspace');
    expect(form.document).toBe('{"optionalString":""}');
    expect(form.press('return', 'return').document).toBe('{"optionalString":""}');
  });

  test('a message that is opened and not filled in stays unset', () => {
    const form = filters().go('not').press('right', 'return', 'return');
    expect(form.document).toBe('{}');
    expect(form.go('not').press("'{}'", 'return').document).toBe('{"not":{}}');
    expect(form.go('not').press('backspace').document).toBe('{}');
  });
});

describe('moving', () => {
  const moves: [keys: string[], row: string][] = [
    [['return'], 'item.name'],
    [['down', 'tab'], 'item.price'],
    [['return', 'up'], 'item.id'],
    [['return', 'shift-tab'], 'item.id'],
    [["':next'", 'return', "':back'", 'return'], 'item.id'],
    [["':go price'", 'return'], 'item.price'],
    [['alt-g', "'state'", 'return'], 'item.state'],
    [["':go dimensions.height'", 'return'], 'item.dimensions.height'],
    [["':go update_mask'", 'return', 'down'], 'update_mask'],
    [['left'], 'item '],
  ];
  test.each(moves)('%j leads to %s', (keys, row) => {
    expect(active(update().press(...keys))).toMatch(new RegExp(`^${row.replaceAll('.', '\\.')}`));
  });

  test('Enter passes over deprecated fields, arrows do not', () => {
    expect(active(filters().go('near').press('return'))).toMatch(/^limit/);
    expect(active(filters().go('near').press('down'))).toMatch(/^old ~/);
  });

  test('Enter behind the last row sends, Tab does not', () => {
    expect(update().go('update_mask').press('tab').answer).toBeUndefined();
    expect(update().go('update_mask').press('return').answer).toMatchObject({
      type: 'send',
      document: '{}',
      force: false,
    });
  });
});

describe('a wrong value', () => {
  test('stays in the line when Enter is pressed, and in the row when it is left by ↑', () => {
    const form = update().go('item.price').press("'12.50 E'", 'return');
    expect(form.fault).toBe('currency needs three letters, e.g. 12.50 EUR');
    form.press('up');
    expect(form.screen(100, 30).join('\n')).toContain('✗ 12.50 E');
    expect(draftOf(form.state)).toBe('{"item":{"price":"12.50 E"}}');
    expect(form.document).toBe('{}');
    // Sending goes there.
    form.press('ctrl-s');
    expect(form.state.at).toBe('item.price');
    expect(form.state.edit.text).toBe('12.50 E');
    expect(form.press('ctrl-e', "'UR'", 'return').document).toBe(
      '{"item":{"price":{"currencyCode":"EUR","units":"12","nanos":500000000}}}',
    );
  });

  test('comes back from the draft', () => {
    const draft = draftOf(update().go('item.price').press("'12.50 E'", 'up').state);
    expect(update(draft).screen(100, 30).join('\n')).toContain('✗ 12.50 E');
  });
});

describe('oneof', () => {
  test('is chosen by name, Space or arrows; the other branch keeps its draft', () => {
    const form = filters().set('contact', 'em').press("'a@b'", 'return');
    expect(form.document).toBe('{"email":"a@b"}');
    form.go('contact').press('space');
    expect(form.document).toBe('{}');
    expect(form.screen(100, 40).join('\n')).toContain('none · email · [phone] · box');
    form.go('contact').press('left');
    expect(form.document).toBe('{"email":"a@b"}');
    expect(form.go('contact').press("'none'", 'return').document).toBe('{}');
    expect(form.set('contact', 'x').fault).toBe('x is none of none, email, phone, box');
  });

  test('a message that is chosen is there, a scalar needs a value', () => {
    expect(filters().set('contact', 'box').document).toBe('{"box":{}}');
    expect(warningsOf(filters().set('contact', 'phone').state)).toEqual([
      'phone is chosen but has no value: it is not sent',
    ]);
  });
});

describe('lists', () => {
  test('Enter adds, Enter on empty ends', () => {
    const form = filters().go('tags').press('right', "'a'", 'return', "'b'", 'return', 'return');
    expect(form.document).toBe('{"tags":["a","b"]}');
    expect(active(form)).toMatch(/^extra/);
  });

  test('elements move, are copied and removed, by keys and by words', () => {
    const form = filters('{"tags":["a","b","c"]}').go('tags').press('right');
    expect(form.press('alt-down').document).toBe('{"tags":["b","a","c"]}');
    expect(form.press('alt-down', 'alt-up').document).toBe('{"tags":["b","a","c"]}');
    expect(form.press('alt-c').document).toBe('{"tags":["b","a","a","c"]}');
    expect(form.press('alt-x').document).toBe('{"tags":["b","a","c"]}');
    expect(form.press('ctrl-u', "':remove'", 'return').document).toBe('{"tags":["b","a"]}');
    expect(form.press('ctrl-_', 'ctrl-_').document).toBe('{"tags":["b","a","a","c"]}');
  });

  test('an emptied element goes, "" is an empty one', () => {
    const form = filters('{"tags":["a","b"]}').go('tags').press('right', 'ctrl-u', 'return');
    expect(form.document).toBe('{"tags":["b"]}');
    expect(form.go('tags[1]').press('\'""\'', 'return').document).toBe('{"tags":["b",""]}');
  });

  test('messages are opened one by one; Ctrl-D leaves the list', () => {
    const form = filters().go('and').press('right', 'right', "'x'", 'return');
    expect(form.document).toBe('{"and":[{"text":"x"}]}');
    expect(active(form.press('ctrl-d'))).toMatch(/^and\[1\]/);
    expect(active(form.press('ctrl-d'))).toMatch(/^not/);
  });

  test('pasted lines and arrays become elements after a question', () => {
    const lines = filters().go('tags').press('right', 'paste:one\ntwo words\n:three\n');
    expect(lines.screen(100, 40).join('\n')).toContain('split into 3 items? (y/n)');
    expect(lines.press('y').document).toBe('{"tags":["one","two words",":three"]}');
    expect(filters().go('tags').press('right', 'paste:["a", "b c"]', 'y').document).toBe('{"tags":["a","b c"]}');
    const whole = filters().go('tags').press('right', 'paste:one\ntwo', 'n', 'return');
    expect(whole.document).toBe('{"tags":["one\\ntwo"]}');
  });

  test('a JSON array in one line is all elements', () => {
    expect(filters().set('tags', '["a", "b"]').document).toBe('{"tags":["a","b"]}');
  });
});

describe('maps', () => {
  test('key=value at once, or the key and then the value', () => {
    const form = filters().go('labels').press('right', "'1=one'", 'return', "'0x2'", 'return', "'two'", 'return');
    expect(form.document).toBe('{"labels":{"1":"one","2":"two"}}');
  });

  test('a key that is there already leads to its row', () => {
    const form = filters('{"labels":{"1":"one"}}').go('labels').press('right', 'down', "'01=uno'", 'return');
    expect(active(form)).toMatch(/^labels\["1"\] .*uno/);
    expect(form.screen(100, 40).join('\n')).toContain('the key 1 is there already: this is its value');
    expect(form.press('return').document).toBe('{"labels":{"1":"uno"}}');
  });

  test('a key without value is not sent', () => {
    const form = filters().go('labels').press('right', "'1'", 'return', 'up', 'ctrl-s');
    expect(form.answer).toBeUndefined();
    expect(form.state.notice).toEqual(['not sent: labels["1"] has a key but no value yet']);
  });

  test('a key is changed by :key', () => {
    const form = filters('{"labels":{"1":"one"}}').go('labels').press('right', 'ctrl-u', "':key 7'", 'return');
    expect(form.document).toBe('{"labels":{"7":"one"}}');
  });
});

describe('Any', () => {
  test('→ opens the list of types, then the fields', () => {
    const form = filters().go('extra').press('right', "'Point'", 'return', "'3'", 'return');
    expect(form.document).toBe('{"extra":{"@type":"type.googleapis.com/kinds.v1.Point","x":3}}');
  });

  test('a type may be typed, by the end of its name or as URL', () => {
    const form = filters().set('extra', 'Timestamp').press("'2026-01-31'", 'return');
    expect(form.document).toBe(
      '{"extra":{"@type":"type.googleapis.com/google.protobuf.Timestamp","value":"2026-01-31T00:00:00Z"}}',
    );
  });

  test('an unknown type takes bytes', () => {
    const form = filters().set('extra', 'example.com/nobody.Knows').press("'text:hi'", 'return');
    expect(form.document).toBe('{"extra":{"@type":"example.com/nobody.Knows","@value":"aGk="}}');
  });
});

describe('FieldMask', () => {
  test('→ opens a check list, ticked with what is set', () => {
    const form = update().press("'sku-42'", 'return', "'Lamp'", 'return').go('update_mask').press('right');
    expect(form.document).toBe('{"item":{"id":"sku-42","name":"Lamp"},"updateMask":"id,name"}');
    const rows = form
      .screen(100, 40)
      .filter((row) => /\[[x ]\]/.test(row))
      .map((row) => row.trim().replace(/^> /, ''));
    expect(rows.slice(0, 3)).toEqual(['[x] id', '[x] name', '[ ] price']);
    expect(form.press('space').document).toBe('{"item":{"id":"sku-42","name":"Lamp"},"updateMask":"name"}');
    expect(form.press('down', 'down', 'space').document).toContain('"updateMask":"name,price"');
  });

  test('unset on an update is worth a warning', () => {
    expect(warningsOf(update().set('item.name', 'x').state)).toEqual([
      'update_mask is unset: the server may overwrite every field',
      'item.id is required by the service and unset',
    ]);
  });
});

describe('proto2', () => {
  const legacy = (draft?: string): FormSession => open('kinds.v1.Legacy', { draft });

  test('required and unset is not sent, but by :send!', () => {
    const form = legacy().press('ctrl-s');
    expect(form.state.notice).toEqual(['not sent: id is required; :send! sends without it']);
    expect(form.press("':send!'", 'return').answer).toMatchObject({ type: 'send', document: '{}', force: true });
    expect(legacy('{"id":"a"}').press('ctrl-s').answer).toMatchObject({
      type: 'send',
      document: '{"id":"a"}',
      force: false,
    });
  });

  test('required inside counts only where the message is there', () => {
    const form = legacy('{"id":"a"}').set('result', '{title: "t"}').press('ctrl-s');
    expect(form.state.notice).toEqual(['not sent: result.url is required; :send! sends without it']);
    expect(form.state.at).toBe('result.url');
  });

  test('defaults are shown, groups open, extensions are added', () => {
    const form = legacy('{"id":"a"}');
    expect(form.screen(100, 40).join('\n')).toMatch(/count +int32 +unset \(42\)/);
    form.go('result').press('right', "'u'", 'return').go('[…]').press('right', "'note'", 'return', "'hi'", 'return');
    expect(form.document).toBe('{"id":"a","result":{"url":"u"},"[kinds.v1.note]":"hi"}');
    form.go('[…]').press("'kinds.v1.marks=[1,2]'", 'return');
    expect(form.document).toContain('"[kinds.v1.marks]":[1,2]');
  });
});

describe('undo', () => {
  test('takes back the line first, then values, the newest first', () => {
    const form = filters().set('text', 'a').set('limit', '5').go('text').press("'bc'", 'ctrl-_');
    expect(form.state.edit.text).toBe('a');
    expect(form.press('ctrl-_').document).toBe('{"text":"a"}');
    expect(form.press("':undo'", 'return').document).toBe('{}');
    expect(form.press("':undo'", 'return').state.notice).toEqual(['nothing to undo']);
  });
});

describe('ways out', () => {
  test('Esc closes the level, then leaves with a draft', () => {
    const form = filters().go('not').press('right', "'x'", 'escape');
    expect(active(form)).toMatch(/^not/);
    expect(form.press('escape').answer).toEqual({ type: 'leave', draft: '{"not":{"text":"x"}}' });
  });

  test('Ctrl-C keeps the draft too, the line included', () => {
    expect(update().press("'sku'", 'ctrl-c').answer).toEqual({ type: 'interrupt', draft: '{"item":{"id":"sku"}}' });
  });

  test("what to load is the caller's to know", () => {
    expect(update().press("':load my-item'", 'return').answer).toMatchObject({ type: 'load', what: 'my-item' });
    expect(update().press("':last'", 'return').answer).toMatchObject({ type: 'load', what: 'last' });
    expect(update().press('ctrl-o').answer).toMatchObject({ type: 'load', what: '' });
  });

  test('F4 edits the whole, or what is inside the row', () => {
    const form = update('{"item":{"name":"Lamp","dimensions":{"width":1}}}')
      .go('item.dimensions')
      .press('ctrl-x', 'ctrl-e');
    if (form.answer?.type !== 'edit') throw new Error('no edit');
    expect(form.answer.path).toBe('item.dimensions');
    expect(form.answer.document).toBe(
      '{\n  // double\n  "width": 1\n  // double\n  // "height": 0,\n  // double\n  // "depth": 0,\n}\n',
    );
    const back = applyEdited(form.answer.state, '{ height: 2, }');
    if ('error' in back) throw new Error(back.error);
    expect(documentOf(back)).toBe('{"item":{"name":"Lamp","dimensions":{"height":2}}}');
    expect(applyEdited(form.answer.state, '{\n  "height": "x"\n}')).toMatchObject({ line: 2, column: 13 });
  });

  test('the state in an answer goes on where it was', () => {
    const form = update().press("'sku'", 'return', 'f4');
    if (form.answer?.type !== 'edit') throw new Error('no edit');
    const machine = formMachine(form.answer.state.options);
    const step = machine.press(form.answer.state, { name: 'x', ctrl: false, meta: false, shift: false, text: 'x' });
    expect('state' in step && step.state.edit.text).toBe('x');
  });
});

test('a pasted document is offered for the whole message', () => {
  const form = update().press('paste:{"item": {"id": "a"}, "updateMask": "id"}');
  expect(form.screen(100, 30).join('\n')).toContain('use as JSON for the whole message? (y/n)');
  expect(form.press('y').document).toBe('{"item":{"id":"a"},"updateMask":"id"}');
  const text = update().press('paste:{"item": {}}', 'n', 'return');
  expect(text.document).toBe('{"item":{"id":"{\\"item\\": {}}"}}');
});

test('earlier values are chosen from a list', () => {
  const earlier = (path: string): string[] => (path === 'item.id' ? ['sku-9', 'sku-8'] : []);
  const form = open('inventory.v1.UpdateItemRequest', { earlier }).press('ctrl-r', 'down', 'return', 'return');
  expect(form.document).toBe('{"item":{"id":"sku-8"}}');
  expect(form.press('ctrl-r').state.notice).toEqual(['Earlier values of item.name: there is nothing to choose from']);
});

test('output-only fields are counted, and shown by :all', () => {
  const form = update();
  expect(form.screen().join('\n')).toContain('2 output-only hidden');
  expect(form.press("':all'", 'return').screen().join('\n')).toMatch(/item\.create_time +Timestamp +unset/);
});

test('a type inside itself is opened only when asked, at any depth', () => {
  const form = open('kinds.v1.Tree');
  for (let depth = 0; depth < 40; depth++)
    form.press("':go children'", 'return').press(...(depth === 0 ? ['right', 'right'] : []));
  expect(form.screen(80, 24).length).toBeLessThanOrEqual(23);
});

test('a message of 500 fields and a list of 5,000 elements are painted within the screen', () => {
  const draft = JSON.stringify({ tags: Array.from({ length: 5000 }, (_, at) => `tag ${at}`) });
  const form = filters(draft).go('tags').press('right');
  for (const size of [
    [120, 35],
    [80, 24],
    [40, 20],
    [20, 6],
  ] as const) {
    const rows = form.painted({ columns: size[0], rows: size[1] });
    expect(rows.length).toBeLessThan(size[1]);
  }
  expect(form.screen().join('\n')).toMatch(/\(\d+ more ↓\)/);
});
