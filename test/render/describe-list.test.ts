import type { DescMessage, DescService } from '@bufbuild/protobuf';
import { Chalk } from 'chalk';
import { describe, expect, it } from 'vitest';
import { describeJson, renderDescribe } from '../../src/render/describe.ts';
import { listJson, renderList, renderMethods } from '../../src/render/list.ts';
import { plainStyle, style } from '../../src/render/style.ts';
import { schemaOf, symbolOf } from './schemas.ts';

describe('describe in grpcurl form says what a symbol is', () => {
  const cases: [file: string, name: string, text: string][] = [
    ['shop.proto', 'shop.v1.Summary', 'shop.v1.Summary is a message:\nmessage Summary {\n}\n'],
    ['shop.proto', 'shop.v1.Order.priority', 'shop.v1.Order.priority is a field:\noptional int32 priority = 5;\n'],
    ['shop.proto', 'shop.v1.Order.OPEN', 'shop.v1.Order.State.OPEN is an enum value:\nOPEN = 1;\n'],
    ['shop.proto', 'shop.v1.Order.payer', 'shop.v1.Order.payer is a one-of:\noneof payer {'],
    ['shop.proto', 'shop.v1.Order.State', 'shop.v1.Order.State is an enum:\nenum State {'],
    ['shop.proto', 'shop.v1.OrderService', 'shop.v1.OrderService is a service:\n// Orders'],
    ['shop.proto', 'shop.v1.OrderService.Chat', 'shop.v1.OrderService.Chat is a method:\nrpc Chat ( stream '],
    ['legacy.proto', 'legacy.note', 'legacy.note is an extension:\nextend .legacy.Record {'],
    ['legacy.proto', 'legacy.Record.Box', 'legacy.Record.Box is the type of a group field:\noptional group Box = 17 {'],
    ['legacy.proto', 'legacy.Record.box', 'legacy.Record.box is a group field:\noptional group Box = 17 {'],
  ];
  for (const [file, name, text] of cases) {
    it(name, async () => {
      const symbol = await symbolOf(await schemaOf(file), name);
      expect(renderDescribe(symbol, { style: 'grpcurl', comments: true }).slice(0, text.length)).toBe(text);
    });
  }

  it('the entry type of a map field', async () => {
    const field = await symbolOf(await schemaOf('shop.proto'), 'shop.v1.Order.prices');
    const text = renderDescribe(field, { style: 'grpcurl', comments: true, asked: 'shop.v1.Order.PricesEntry' });
    expect(text).toBe(
      'shop.v1.Order.PricesEntry is the entry type for a map field:\nmap<string, .money.Money> prices = 4;\n',
    );
  });
});

describe('describe in our own form', () => {
  it('shows a method with its types', async () => {
    const schema = await schemaOf('shop.proto');
    const method = await symbolOf(schema, 'shop.v1.OrderService.Upload');
    const text = renderDescribe(method, { style: 'grepl', comments: false, types: schema.types });
    expect(text.startsWith('// shop.v1.OrderService.Upload: method in shop.proto\n\nrpc Upload(stream Order)')).toBe(
      true,
    );
    expect(text).toContain('\nmessage Order {\n');
    expect(text.endsWith('\nmessage Summary {}\n')).toBe(true);
  });

  it('colours without changing the text', async () => {
    const schema = await schemaOf('shop.proto');
    const symbol = await symbolOf(schema, 'shop.v1.OrderService');
    const options = { style: 'grepl' as const, comments: true, types: schema.types };
    const colours = style({ color: true, ascii: false, width: 80 }, new Chalk({ level: 1 }));
    const coloured = renderDescribe(symbol, { ...options, colours });
    expect(coloured).toContain('\u001b[36mrpc\u001b[39m GetOrder');
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderDescribe(symbol, options));
  });

  it('makes control characters in comments visible', async () => {
    const schema = await schemaOf('shop.proto');
    const symbol = (await symbolOf(schema, 'shop.v1.Summary')) as DescMessage;
    symbol.file.proto.sourceCodeInfo!.location.find((each) => each.path.join() === '4,2')!.leadingComments =
      ' \u001b[2J\u202e\n';
    expect(renderDescribe(symbol, { style: 'grepl', comments: true })).toContain('// \\u001b[2J\\u202e\n');
  });
});

it('describes as JSON', async () => {
  const schema = await schemaOf('shop.proto');
  const order = describeJson(await symbolOf(schema, 'shop.v1.Order'), schema.types);
  expect(order).toMatchObject({
    kind: 'message',
    name: 'shop.v1.Order',
    file: 'shop.proto',
    comment: 'An order.\n\nIt has lines.',
    oneofs: [{ name: 'shop.v1.Order.payer', fields: ['person', 'account'] }],
    messages: ['shop.v1.Order.Line'],
    enums: ['shop.v1.Order.State'],
  });
  const fields = new Map((order.fields as { name: string }[]).map((field) => [field.name, field]));
  expect(fields.get('lines')).toEqual({
    kind: 'field',
    name: 'lines',
    number: 2,
    jsonName: 'lines',
    type: 'shop.v1.Order.Line',
    repeated: true,
  });
  expect(fields.get('prices')).toMatchObject({ type: 'money.Money', mapKey: 'string' });
  expect(fields.get('priority')).toMatchObject({ type: 'int32', optional: true });
  expect(fields.get('person')).toMatchObject({ oneof: 'payer', comment: 'A person.' });
  expect(fields.get('weight')).toMatchObject({ jsonName: 'kg', type: 'double' });
  expect(describeJson(await symbolOf(schema, 'shop.v1.OrderService.Watch'))).toMatchObject({
    kind: 'method',
    name: 'shop.v1.OrderService/Watch',
    methodKind: 'server_streaming',
    request: 'shop.v1.GetOrderRequest',
    response: 'shop.v1.Order',
  });
  const legacy = await schemaOf('legacy.proto');
  expect(describeJson(await symbolOf(legacy, 'legacy.Record.mode'))).toMatchObject({
    type: 'legacy.Mode',
    default: 'FAST',
  });
  expect(describeJson(await symbolOf(legacy, 'legacy.note'))).toMatchObject({
    kind: 'extension',
    extends: 'legacy.Record',
  });
  expect(describeJson(await symbolOf(schema, 'shop.v1.Order.State'))).toMatchObject({
    values: [{ name: 'STATE_UNSPECIFIED', number: 0 }, {}, { name: 'NEW', deprecated: true }, { number: -1 }],
  });
});

describe('list', () => {
  const service = async (): Promise<DescService> =>
    (await symbolOf(await schemaOf('shop.proto'), 'shop.v1.OrderService')) as DescService;
  const rest = (method: { name: string }) =>
    method.name === 'GetOrder'
      ? { httpMethod: 'GET', template: '/v1/{name=orders/*}', source: 'declared', confidence: 'high' }
      : method.name === 'CreateOrder'
        ? { httpMethod: 'POST', template: '/v1/orders', body: '*', source: 'derived' }
        : undefined;

  it('sorts names', () => {
    expect(renderList(['b.S', 'a.S', 'a.\u001bS'])).toBe('a.\\u001bS\na.S\nb.S\n');
    expect(renderList([])).toBe('(No services)\n');
  });

  it('names methods with a slash, or as grpcurl does', async () => {
    const names = ['Chat', 'CreateOrder', 'GetOrder', 'Upload', 'Watch'];
    const options = { long: false, style: plainStyle };
    expect(renderMethods(await service(), options)).toBe(
      names.map((name) => `shop.v1.OrderService/${name}\n`).join(''),
    );
    expect(renderMethods(await service(), { ...options, grammar: 'grpcurl' })).toBe(
      names.map((name) => `shop.v1.OrderService.${name}\n`).join(''),
    );
  });

  it('adds kind, types and HTTP rule in the long form', async () => {
    expect(renderMethods([await service()], { long: true, style: plainStyle, rest })).toBe(
      `METHOD                            KIND           REQUEST                  RESPONSE         REST
shop.v1.OrderService/Chat         bidi stream    shop.v1.Order            shop.v1.Order
shop.v1.OrderService/CreateOrder  unary          shop.v1.Order            shop.v1.Order    POST /v1/orders  body *  (derived)
shop.v1.OrderService/GetOrder     unary          shop.v1.GetOrderRequest  shop.v1.Order    GET /v1/{name=orders/*}
shop.v1.OrderService/Upload       client stream  shop.v1.Order            shop.v1.Summary
shop.v1.OrderService/Watch        server stream  shop.v1.GetOrderRequest  shop.v1.Order
`,
    );
  });

  it('lists as JSON', async () => {
    const [document] = listJson([await service()], { long: true, rest }) as [{ name: string; methods: unknown[] }];
    expect(document.name).toBe('shop.v1.OrderService');
    expect(document.methods[2]).toEqual({
      name: 'shop.v1.OrderService/GetOrder',
      kind: 'unary',
      request: 'shop.v1.GetOrderRequest',
      response: 'shop.v1.Order',
      rest: rest({ name: 'GetOrder' }),
    });
    expect(document.methods[0]).not.toHaveProperty('rest');
    expect(listJson([await service()], { long: false })).toMatchObject([
      { methods: { 4: 'shop.v1.OrderService/Watch' } },
    ]);
  });
});
