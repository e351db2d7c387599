// The form as it stands on the screen, at three sizes, without colour; and in ASCII, with wide characters, in plain lines.
import { expect, test } from 'vitest';
import { type FormAnswer, type FormOptions, formMachine } from '../../src/prompt/form.ts';
import { style } from '../../src/render/style.ts';
import { cellWidth } from '../../src/render/visible.ts';
import { FormSession, formOptions, formSchema } from './form-session.ts';

const schema = await formSchema();

/** Asks the form in plain lines; gives its answer and the lines printed, each question with what was typed behind it. */
function askPlain(options: FormOptions, typed: readonly string[]): { answer: FormAnswer; said: string[] } {
  const { start, plain } = formMachine(options);
  const said: string[] = [];
  let state = start;
  for (let at = 0; ; at++) {
    said.push(...`${plain?.question(state, { columns: 80, rows: 24 })}${typed[at] ?? '^D'}`.split('\n'));
    const step = plain?.reply(state, typed[at]);
    if (step === undefined) throw new Error('the form has no plain form');
    if ('answer' in step) return { answer: step.answer, said };
    state = step.state;
  }
}

function update(more = {}): FormSession {
  return new FormSession(formOptions(schema, 'inventory.v1.UpdateItemRequest', { title: 'UpdateItem', ...more }));
}

test('a fault at 80 columns', () => {
  const form = update().press("'sku-42'", 'return', "'Blue lamp'", 'return', "'12.50 E'", 'return');
  expect(form.screen(80, 24)).toEqual([
    ' UpdateItem · unary · UpdateItemRequest                                     3/6',
    '   item.id *        string      sku-42',
    '   item.name        string      Blue lamp',
    ' > item.price       Money       12.50 E',
    '                                      ^',
    '     currency needs three letters, e.g. 12.50 EUR',
    '   item.state       enum        unset',
    ' ▸ item.dimensions  Dimensions  unset',
    '   update_mask      FieldMask   unset                      2 output-only hidden',
    ' enter next · ↑ back · → open · ^S send · F4 JSON · esc leave · F1 keys',
  ]);
});

test('the same at 40 columns: no types, short hints', () => {
  const form = update().press("'sku-42'", 'return', "'Blue lamp'", 'return', "'12.50 E'", 'return');
  expect(form.screen(40, 20)).toEqual([
    ' UpdateItem · unary · UpdateItemRe…  3/6',
    '   item.id *        sku-42',
    '   item.name        Blue lamp',
    ' > item.price       12.50 E',
    '                          ^',
    '     currency needs three letters, e.g.',
    '     12.50 EUR',
    '   item.state       unset',
    ' ▸ item.dimensions  unset',
    '   update_mask      unset',
    ' F1 keys',
  ]);
});

test('nested, oneof, map and list at 120 columns', () => {
  const form = new FormSession(formOptions(schema, 'inventory.v1.Filters'))
    .set('text', 'lamp')
    .go('and')
    .press('right', 'right', "'deep'", 'return')
    .set('contact', 'email')
    .go('labels')
    .press('right', "'1=one'", 'return')
    .go('limit');
  expect(form.screen(120, 35)).toEqual([
    ` Call · unary · Filters${' '.repeat(90)} 23/29`,
    '   text            string             lamp',
    ' ▾ and             Filters[]          1 item',
    ' ▾ and[0]          Filters            { "text": "deep" }',
    '   and[0].text     string             deep',
    ' ▸ and[0].and      Filters[]          unset',
    ' ▸ and[0].not      Filters            unset (same type as and[0], depth 3)',
    '   and[0].contact  oneof              [none] · email · phone · box',
    '   and[0].since    Date               unset',
    '   and[0].near     LatLng             unset',
    '   and[0].old ~    string             unset',
    '   and[0].limit    int32              unset (0)',
    '   and[0].ratio    float              unset',
    ' ▸ and[0].labels   map<int32,string>  unset',
    ' ▸ and[0].tags     string[]           unset',
    ' ▸ and[0].extra    Any                unset',
    '   and[1]          Filters            + add',
    ' ▸ not             Filters            unset (same type as the message, depth 1)',
    '   contact         oneof              none · [email] · phone · box',
    '   email           string             unset',
    '   since           Date               unset',
    '   near            LatLng             unset',
    '   old ~           string             unset',
    ' > limit           int32              unset (0)',
    '   ratio           float              unset',
    ' ▾ labels          map<int32,string>  1 entry',
    '   labels["1"]     string             one',
    '   labels[…]       string             + add key=value',
    ' ▸ tags            string[]           unset',
    ' ▸ extra           Any                unset',
    ' enter next · ↑ back · → open · ^S send · F4 JSON · esc leave · F1 keys',
  ]);
});

test('more rows than screen: a window around the active row', () => {
  const form = new FormSession(formOptions(schema, 'kinds.v1.Everything')).go('bool_value');
  expect(form.screen(80, 14)).toEqual([
    ' Call · unary · Everything                                                13/78',
    '   (9 more ↑)',
    '   fixed64_value            fixed64          unset',
    '   sfixed32_value           sfixed32         unset',
    '   sfixed64_value           sfixed64         unset',
    ' > bool_value               bool             unset',
    '     [unset] · true · false',
    '   string_value             string           unset',
    '   bytes_value              bytes            unset',
    '   color                    enum             unset',
    '   priority                 enum             unset',
    '   (61 more ↓)',
    ' enter next · ↑ back · → open · ^S send · F4 JSON · esc leave · F1 keys',
  ]);
});

test('in ASCII there is no other character', () => {
  const form = update({ style: style({ color: false, ascii: true, width: 80 }) })
    .press("'sku-42'", 'return', "'x'", 'return', "'12.50 E'", 'return', 'up')
    .go('item.dimensions')
    .press('right', "'9'", 'return');
  for (const rows of [form.screen(80, 24), form.screen(40, 12), form.press('f1').screen(80, 40)]) {
    expect(rows.join('\n')).toMatch(/^[\n -~]*$/);
  }
});

test('wide characters are counted by cells, long text is cut with a sign', () => {
  const form = update()
    .press("'日本語の商品'", 'return', `'${'ä'.repeat(200)}'`, 'return')
    .press('return');
  for (const columns of [120, 80, 40, 24]) {
    for (const row of form.painted({ columns, rows: 24 })) expect(cellWidth(row)).toBeLessThanOrEqual(columns);
  }
  expect(form.screen(80, 24)[2]).toBe(`   item.name        string      ${'ä'.repeat(46)}…`);
});

test('what a server sent cannot steer the terminal', () => {
  const draft = JSON.stringify({ item: { name: '\u001b[2Jx\u202e' } });
  expect(update({ draft }).painted({ columns: 80, rows: 24 }).join('\n')).not.toMatch(/[\u001b\u202e]/);
});

test('never more than the screen has, whatever its size', () => {
  const form = new FormSession(formOptions(schema, 'kinds.v1.Everything'));
  form.set('int32_value', 'x');
  for (let rows = 2; rows < 40; rows++) {
    for (const columns of [10, 40, 80]) expect(form.painted({ columns, rows }).length).toBeLessThanOrEqual(rows - 1);
  }
});

test('every row can be active and is then on the screen', () => {
  const form = new FormSession(formOptions(schema, 'kinds.v1.Everything'));
  for (let at = 1; at <= 78; at++) {
    const screen = form.screen(80, 14);
    expect(screen[0]).toContain(` ${at}/78`);
    expect(screen.filter((row) => row.startsWith('>') || row.startsWith(' > '))).toHaveLength(1);
    expect(screen.length).toBeLessThanOrEqual(13);
    form.press('tab');
  }
});

test('in plain lines: questions and typed answers', () => {
  const answers = ['sku-42', 'Blue lamp', '12.50 E', '12.50 EUR', ':back', '', '2', ':open', '1.5', ':send'];
  const options = formOptions(schema, 'inventory.v1.UpdateItemRequest', { title: 'UpdateItem' });
  const { answer, said } = askPlain(options, answers);
  expect(answer).toMatchObject({
    type: 'send',
    document:
      '{"item":{"id":"sku-42","name":"Blue lamp","price":{"currencyCode":"EUR","units":"12","nanos":500000000},"state":"ACTIVE","dimensions":{"width":1.5}}}',
    force: false,
  });
  expect(said).toEqual([
    'UpdateItem, 6 fields. Empty answer leaves a field unset. :help for words.',
    '1/6 item.id, string, required: sku-42',
    '2/6 item.name, string: Blue lamp',
    '3/6 item.price, Money: 12.50 E',
    '    error: currency needs three letters, e.g. 12.50 EUR',
    '3/6 item.price, Money [12.50 E]: 12.50 EUR',
    '4/6 item.state, enum: 1 STATE_UNSPECIFIED 2 ACTIVE 3 DELETED: :back',
    '3/6 item.price, Money [12.50 EUR]: ',
    '4/6 item.state, enum: 1 STATE_UNSPECIFIED 2 ACTIVE 3 DELETED: 2',
    '5/6 item.dimensions, Dimensions: :open',
    '6/9 item.dimensions.width, double: 1.5',
    '7/9 item.dimensions.height, double: :send',
  ]);
});

test('the end of the input leaves a plain form with its draft', () => {
  const options = formOptions(schema, 'inventory.v1.UpdateItemRequest');
  expect(askPlain(options, ['sku-42']).answer).toEqual({ type: 'leave', draft: '{"item":{"id":"sku-42"}}' });
});

test('in plain lines the type of an Any is chosen by number, help is printed, questions take yes', () => {
  const answers = [':go extra', ':open', 'Point', ':go labels', ':open', 'x=1', '1=one', ':help', ':send'];
  const { answer, said } = askPlain(formOptions(schema, 'inventory.v1.Filters'), answers);
  expect(said.join('\n')).toContain('error: the key takes a whole number (int32), x is none');
  expect(said.join('\n')).toContain('Enter, ↓, Tab');
  expect(answer).toMatchObject({ type: 'send', document: expect.stringContaining('"labels":{"1":"one"}') });
  expect(answer).toMatchObject({ document: expect.stringContaining('kinds.v1.Point') });
});
