// Where .proto files and their imports are found, what they are called, and what is said when they are not there.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { protoFiles } from '../../src/schema/proto-files.ts';

let root: string;
const files: Record<string, string> = {
  'protos/orders/order.proto':
    'syntax = "proto3"; package orders; import "shared/money.proto"; message Order { shared.Money price = 1; } service Orders { rpc Get(Order) returns (Order); }',
  'protos/shared/money.proto':
    'syntax = "proto3"; package shared; message Money { int64 cents = 1; } enum Unit { EURO = 0; }',
  'vendor/shared/money.proto': 'syntax = "proto3"; package shared; message Money { string text = 1; }',
  'protos/lonely.proto': 'syntax = "proto3";\n\nimport "not/there.proto";',
  'protos/far.proto': 'syntax = "proto3";\nimport "deep/thing.proto";',
  'elsewhere/inner/deep/thing.proto': 'syntax = "proto3"; message Thing {}',
  'protos/library.proto':
    'syntax = "proto3"; package library; import "google/api/annotations.proto"; import "google/protobuf/empty.proto"; import "google/rpc/status.proto"; service Library { rpc Ping(google.protobuf.Empty) returns (google.rpc.Status) { option (google.api.http) = { get: "/ping" }; } }',
  'protos/extended.proto':
    'syntax = "proto2"; package extended; message Base { extensions 100 to 200; } message Scope { extend Base { optional string note = 150; } }',
  'cycle/a.proto': 'syntax = "proto3";\nimport "b.proto";',
  'cycle/b.proto': 'syntax = "proto3";\nimport public "c.proto";',
  'cycle/c.proto': 'syntax = "proto3";\n\nimport "google/protobuf/any.proto";\nimport "a.proto";',
};

const at = (path: string): string => join(root, path);

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'grepl-protos-')));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  }
  symlinkSync(at('protos'), at('linked'));
});
afterAll(() => rmSync(root, { recursive: true }));

async function namesOf(given: readonly string[], importPaths: readonly string[]): Promise<string[]> {
  const source = await protoFiles(given.map(at), importPaths.map(at));
  return (await source.allFiles()).map(({ name }) => name);
}

describe('files are found', () => {
  it.each([
    ['by a path inside an import path', ['protos/orders/order.proto'], ['protos']],
    ['without import paths, by the folders around them', ['protos/orders/order.proto'], []],
    [
      'given twice',
      ['protos/orders/order.proto', 'protos/shared/money.proto', 'linked/shared/money.proto'],
      ['protos'],
    ],
    ['through a symbolic link', ['linked/orders/order.proto'], ['linked']],
    ['given by its real path, importable through a link', ['protos/orders/order.proto'], ['linked']],
    ['given before the file that imports them', ['protos/shared/money.proto', 'protos/orders/order.proto'], []],
  ] as [string, string[], string[]][])('%s', async (_what, given, importPaths) => {
    const names = await namesOf(given, importPaths);
    expect(names[0]).toBe('shared/money.proto');
    expect(names).toHaveLength(2);
    expect(names[1]).toMatch(/order\.proto$/);
  });

  it('by their names in an import path, the first that has them', async () => {
    const source = await protoFiles(['orders/order.proto'], [at('vendor'), at('protos')]);
    expect((await source.allFiles())[0]?.messageType[0]?.field[0]?.name).toBe('text');
    const other = await protoFiles(['orders/order.proto'], [at('protos'), at('vendor')]);
    expect((await other.allFiles())[0]?.messageType[0]?.field[0]?.name).toBe('cents');
  });

  it('by paths relative to the current folder', async () => {
    const source = await protoFiles(['test/schema/linker/proto3.proto'], []);
    expect((await source.allFiles()).map(({ name }) => name)).toContain('test/schema/linker/proto3.proto');
  });

  it('among those carried along when nowhere else', async () => {
    const names = await namesOf(['protos/library.proto'], []);
    expect(names).toContain('google/api/http.proto');
    expect(names.at(-1)).toBe('library.proto');
    expect(names.indexOf('google/protobuf/any.proto')).toBeLessThan(names.indexOf('google/rpc/status.proto'));
  });
});

describe('files are not found', () => {
  it.each([
    [
      'an import',
      'protos/lonely.proto',
      ['protos'],
      /^lonely\.proto:3:8: imported file "not\/there\.proto" is not found in -I .*protos$/,
      /-I DIR/,
    ],
    [
      'an import near an import path',
      'protos/orders/order.proto',
      ['protos/orders'],
      /^order\.proto:1:\d+: imported file "shared\/money\.proto" is not found/,
      /^add -I .*\/protos$/,
    ],
    [
      'an import without import paths',
      'protos/far.proto',
      [],
      /:2:8: imported file "deep\/thing\.proto" is not found in the current folder or those around/,
      undefined,
    ],
    [
      'a file',
      'protos/nowhere.proto',
      ['protos'],
      /nowhere\.proto is not found in the current folder or in -I .*protos$/,
      undefined,
    ],
    ['a folder', 'protos', [], /protos is a directory$/, /-I/],
    [
      'a cycle',
      'cycle/a.proto',
      ['cycle'],
      /^c\.proto:4:8: import cycle: a\.proto imports b\.proto imports c\.proto imports a\.proto$/,
      undefined,
    ],
  ] as [string, string, string[], RegExp, RegExp | undefined][])(
    '%s',
    async (_what, given, importPaths, message, hint) => {
      const error = await protoFiles([at(given)], importPaths.map(at)).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: 4, message: expect.stringMatching(message) });
      if (hint) expect(error).toMatchObject({ hint: expect.stringMatching(hint) });
    },
  );
});

describe('the source', () => {
  it('lists services and symbols, and finds symbols with their imports', async () => {
    const source = await protoFiles(['orders/order.proto'], [at('protos')]);
    expect(source.name).toBe('order.proto');
    expect(await source.listServices()).toEqual(['orders.Orders']);
    expect((await source.listSymbols()).sort()).toEqual([
      'orders.Order',
      'orders.Orders',
      'shared.Money',
      'shared.Unit',
    ]);
    const found = async (name: string) => (await source.findSymbol(name))?.map((file) => file.name);
    const both = ['shared/money.proto', 'orders/order.proto'];
    expect(await found('orders.Orders.Get')).toEqual(both);
    expect(await found('orders.Order.price')).toEqual(both);
    expect(await found('shared.EURO')).toEqual(['shared/money.proto']);
    expect(await found('orders.Nope')).toBeUndefined();
    expect(await found('')).toBeUndefined();
  });

  it('finds extensions by number, nested ones too', async () => {
    const source = await protoFiles(['extended.proto'], [at('protos')]);
    expect((await source.findExtension('extended.Base', 150))?.map(({ name }) => name)).toEqual(['extended.proto']);
    expect(await source.findExtension('extended.Base', 151)).toBeUndefined();
  });
});
