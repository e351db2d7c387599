import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { clone, create, createFileRegistry, type DescFile, equals, fromBinary, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { protoSource } from '../../src/render/proto-source.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';
import { schemaOf, symbolOf } from './schemas.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grepl-proto-source-'));
});
afterAll(() => rm(folder, { recursive: true }));

function bare(file: FileDescriptorProto): FileDescriptorProto {
  const copy = clone(FileDescriptorProtoSchema, file);
  delete copy.sourceCodeInfo;
  // Order and encoding of unknown fields (custom options) do not count, so both sides go through the wire once.
  return fromBinary(FileDescriptorProtoSchema, toBinary(FileDescriptorProtoSchema, copy));
}

describe('a whole file compiles back to the same descriptors', () => {
  for (const name of ['shop.proto', 'money.proto', 'legacy.proto', 'modern.proto', 'hidden.proto']) {
    it(name, async () => {
      const schema = await schemaOf(name);
      const files = (await schema.files()).filter((file) => !file.proto.name.startsWith('google/'));
      const out = join(folder, name);
      for (const file of files) {
        const path = join(out, file.proto.name);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, protoSource(file, { style: 'grepl', comments: true, types: schema.types }));
      }
      const again = await (await protoFiles([name], [out])).allFiles();
      for (const file of files) {
        const twin = again.find((each) => each.name === file.proto.name);
        expect(twin, file.proto.name).toBeDefined();
        expect(bare(twin!)).toEqual(bare(file.proto));
        expect(equals(FileDescriptorProtoSchema, bare(twin!), bare(file.proto))).toBe(true);
      }
    });
  }
});

describe('our own form', () => {
  const cases: [file: string, symbol: string, text: string][] = [
    [
      'shop.proto',
      'shop.v1.OrderService.Watch',
      'rpc Watch(GetOrderRequest) returns (stream Order); // until it is done',
    ],
    ['shop.proto', 'shop.v1.OrderService.Chat', 'rpc Chat(stream Order) returns (stream Order);'],
    [
      'shop.proto',
      'shop.v1.OrderService.GetOrder',
      '// Finds an order.\nrpc GetOrder(GetOrderRequest) returns (Order) {\n  option (google.api.http) = { get: "/v1/{name=orders/*}" };\n}',
    ],
    ['shop.proto', 'shop.v1.Order.prices', 'map<string, money.Money> prices = 4;'],
    ['shop.proto', 'shop.v1.Order.priority', 'optional int32 priority = 5;'],
    ['shop.proto', 'shop.v1.Order.weight', 'double weight = 9 [json_name = "kg", (limits) = 0.5, (limits) = inf];'],
    [
      'shop.proto',
      'shop.v1.Order.payer',
      'oneof payer {\n  // A person.\n  string person = 6;\n\n  money.Account account = 7;\n}',
    ],
    ['shop.proto', 'shop.v1.Order.RETURNED', '// It came back.\nRETURNED = -1 [(mark) = "\\000\\377\'q"];'],
    ['shop.proto', 'shop.v1.Summary', 'message Summary {}'],
    ['legacy.proto', 'legacy.Record.title', 'optional string title = 11 [default = "no \\"title\\"\\n"];'],
    ['legacy.proto', 'legacy.Record.key', 'optional bytes key = 12 [default = "\\001\\377a"];'],
    ['legacy.proto', 'legacy.note', 'extend Record {\n  // A note.\n  optional string note = 100;\n}'],
    ['modern.proto', 'modern.Event.name', 'string name = 1 [features.field_presence = LEGACY_REQUIRED];'],
    ['hidden.proto', 'hidden.a.M.first', '.hidden.X first = 1;'],
    ['hidden.proto', 'hidden.a.M.second', 'X second = 2;'],
  ];
  for (const [file, name, text] of cases) {
    it(name, async () => {
      const schema = await schemaOf(file);
      const symbol = await symbolOf(schema, name);
      expect(protoSource(symbol, { style: 'grepl', comments: true, types: schema.types })).toBe(text);
    });
  }

  it('leaves comments out where they are not wanted', async () => {
    const schema = await schemaOf('shop.proto');
    const text = protoSource(await symbolOf(schema, 'shop.v1.Order'), { style: 'grepl', comments: false });
    expect(text).not.toContain('//');
  });

  it('says which custom options it cannot name', async () => {
    const schema = await schemaOf('shop.proto');
    const text = protoSource(await symbolOf(schema, 'shop.v1.OrderService.CreateOrder'), {
      style: 'grepl',
      comments: true,
    });
    expect(text).toContain('// option 50002 is not in the schema');
    expect(text).toContain('option deprecated = true;');
  });
});

// Each expected text is what grpcurl v1.9.4 prints for these files, but for `-inf`, which it writes as no compiler reads it.
describe("grpcurl's form", () => {
  const cases: [file: string, symbol: string, text: string][] = [
    [
      'legacy.proto',
      'legacy.Record',
      `message Record {
  required int32 id = 10;
  optional string title = 11 [default = "no \\"title\\"\\n"];
  optional bytes key = 12 [default = "\\001\\377a"];
  optional float ratio = 13 [default = 1.500000];
  optional double far = 14 [default = -inf];
  optional .legacy.Mode mode = 15 [default = FAST];
  repeated int32 packed_numbers = 16 [packed = true];
  optional group Box = 17 {
    optional int32 width = 1;
    optional .legacy.Record inner = 2;
  }
  extensions 100 to 199, 500, 1000 to max;
}`,
    ],
    [
      'shop.proto',
      'shop.v1.OrderService',
      `// Orders and what becomes of them.
service OrderService {
  rpc Chat ( stream .shop.v1.Order ) returns ( stream .shop.v1.Order );
  rpc CreateOrder ( .shop.v1.Order ) returns ( .shop.v1.Order ) {
    option deprecated = true;
    option idempotency_level = IDEMPOTENT;
    option (.google.api.http) = {
      post: "/v1/orders",
      body: "*",
      additional_bindings: [ { put: "/v2/orders", body: "order" } ]
    };
    option (.shop.v1.role) = "buyer \\"A\\"";
  }
  // Finds an order.
  rpc GetOrder ( .shop.v1.GetOrderRequest ) returns ( .shop.v1.Order ) {
    option (.google.api.http) = { get: "/v1/{name=orders/*}" };
  }
  rpc Upload ( stream .shop.v1.Order ) returns ( .shop.v1.Summary );
  rpc Watch ( .shop.v1.GetOrderRequest ) returns ( stream .shop.v1.Order );
}`,
    ],
    ['shop.proto', 'shop.v1.Summary', 'message Summary {\n}'],
    [
      'shop.proto',
      'shop.v1.Order.State',
      `enum State {
  option allow_alias = true;
  STATE_UNSPECIFIED = 0;
  // It came back.
  RETURNED = -1 [(.shop.v1.mark) = "\\000\\377'q"];
  NEW = 1 [deprecated = true];
  OPEN = 1;
}`,
    ],
  ];
  for (const [file, name, text] of cases) {
    it(name, async () => {
      const schema = await schemaOf(file);
      const symbol = await symbolOf(schema, name);
      expect(protoSource(symbol, { style: 'grpcurl', comments: true, types: schema.types })).toBe(text);
    });
  }
});

it('prints comments of descriptors whose positions are known in the order of the source', () => {
  const file = fileFrom({
    name: 'order.proto',
    messageType: [{ name: 'M', field: [{ name: 'a', number: 1, type: 5, label: 1 }], nestedType: [{ name: 'N' }] }],
    sourceCodeInfo: {
      location: [
        { path: [4, 0], span: [0, 0, 5, 1], leadingComments: ' About M.\n' },
        { path: [4, 0, 3, 0], span: [1, 2, 3, 3], leadingComments: ' First.\n' },
        { path: [4, 0, 2, 0], span: [4, 2, 20], trailingComments: ' one\n two\n' },
      ],
    },
  });
  const text = protoSource(file.messages[0]!, { style: 'grepl', comments: true });
  expect(text).toBe(
    '// About M.\nmessage M {\n  // First.\n  message N {}\n\n  optional int32 a = 1;\n  // one\n  // two\n}',
  );
});

function fileFrom(init: Parameters<typeof create<typeof FileDescriptorProtoSchema>>[1]): DescFile {
  const set = create(FileDescriptorSetSchema, { file: [create(FileDescriptorProtoSchema, init)] });
  return [...createFileRegistry(set).files][0]!;
}
