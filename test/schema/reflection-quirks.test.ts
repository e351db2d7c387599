// Reflection against servers that send too much, too little, the wrong thing or a trap.
import { toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { afterEach, describe, expect, test } from 'vitest';
import { findMethod, findServices, findSymbol } from '../../src/schema/find.ts';
import { reflection } from '../../src/schema/reflection.ts';
import type { Schema } from '../../src/schema/schema.ts';
import { openSchema } from '../../src/schema/store.ts';
import { grpcJsChannel } from './grpc-js-channel.ts';
import {
  type Asked,
  encodeReply,
  file,
  fileT,
  honest,
  message,
  type Reply,
  serveReflection,
} from './reflection-server.ts';

const toClose: { close(): void }[] = [];
afterEach(() => {
  for (const one of toClose.splice(0).reverse()) one.close();
});

async function schemaOf(reply: (asked: Asked, stream: number) => Reply): Promise<Schema> {
  const server = await serveReflection(reply);
  const channel = grpcJsChannel(server.address);
  toClose.push(server, channel);
  return openSchema(reflection(channel, { version: 'auto', metadata: [], signal: new AbortController().signal }));
}

/** A server with these files, the first of which defines t.S. */
function files(...all: FileDescriptorProto[]): Promise<Schema> {
  return schemaOf(honest(all, { 't.S': all[0]!.name }));
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (e: unknown) => e,
  );
const importing = (name: string, ...dependency: string[]) => file({ name, dependency });

describe('imports', () => {
  test.each([
    {
      name: 'two files in a circle',
      all: [fileT({ dependency: ['b.proto'] }), importing('b.proto', 't.proto')],
      says: /cycle.*t\.proto.*b\.proto.*t\.proto/,
    },
    { name: 'a file that imports itself', all: [fileT({ dependency: ['t.proto'] })], says: /t\.proto imports itself/ },
    {
      name: 'a circle further down',
      all: [fileT({ dependency: ['b.proto'] }), importing('b.proto', 'c.proto'), importing('c.proto', 'b.proto')],
      says: /cycle.*b\.proto.*c\.proto/,
    },
  ])('$name', async ({ all, says }) => {
    expect(await failure((await files(...all)).symbol('t.S'))).toMatchObject({
      code: 4,
      message: expect.stringMatching(says),
    });
  });

  test('a missing import that nothing needs is a warning', async () => {
    const schema = await files(fileT({ dependency: ['gone.proto'] }));
    expect(await findMethod(schema, 't.S/U')).toMatchObject({ name: 'U' });
    expect(schema.warnings).toEqual([expect.stringMatching(/does not have gone\.proto, imported by t\.proto/)]);
  });

  test('a missing type inside of a message leaves the rest usable', async () => {
    const schema = await files(
      fileT({ dependency: ['gone.proto'], messageType: [message('M', { s: 9, g: '.gone.T' })] }),
    );
    const method = await findMethod(schema, 't.S/U');
    expect(method.input.fields.map(({ name, message: type }) => [name, type?.typeName])).toEqual([
      ['s', undefined],
      ['g', 'gone.T'],
    ]);
    expect(schema.warnings.join('\n')).toMatch(/type gone\.T, used by t\.M\.g, is not in reflection v1/);
    expect(schema.types.message('gone.T')).toBeUndefined();
  });

  test('a method whose request type is missing is an error that names type and importer', async () => {
    const service = [{ name: 'S', method: [{ name: 'U', inputType: '.gone.T', outputType: '.t.M' }] }];
    const error = await failure(findMethod(await files(fileT({ dependency: ['gone.proto'], service })), 't.S/U'));
    expect(error).toMatchObject({
      code: 4,
      message: expect.stringMatching(/gone\.T, the request of t\.S\/U.*t\.proto/),
    });
  });

  test('endless imports, one after the other', async () => {
    const schema = await schemaOf(({ fileByFilename }) => {
      const n = Number(/\d+/.exec(fileByFilename ?? '0')?.[0]);
      return {
        files: [
          fileT({
            name: `f${n}.proto`,
            dependency: [`f${n + 1}.proto`],
            ...(n > 0 && { messageType: [], service: [] }),
          }),
        ],
      };
    });
    const error = await failure(schema.symbol('t.S'));
    expect(error).toMatchObject({ code: 4, message: expect.stringMatching(/files.*limit/) });
  });

  test('endless imports, ever more', async () => {
    const schema = await schemaOf(({ fileByFilename: name = 'f' }) => {
      const dependency = Array.from({ length: 9 }, (_, i) => `${name}${i}`);
      return { files: [name === 'f' ? fileT({ name, dependency }) : file({ name, dependency })] };
    });
    expect(await failure(schema.symbol('t.S'))).toMatchObject({
      code: 4,
      message: expect.stringMatching(/files.*limit/),
    });
  });

  test('a service that imports 5,000 files', async () => {
    const many = Array.from({ length: 5000 }, (_, i) =>
      file({ name: `f${i}.proto`, package: `p${i}`, messageType: [message('X')] }),
    );
    const byName = new Map(many.map((one) => [one.name, one]));
    const t = fileT({ dependency: many.map(({ name }) => name), messageType: [message('M', { x: '.p7.X' })] });
    const schema = await schemaOf(({ fileByFilename }) => ({
      files: [fileByFilename === undefined ? t : byName.get(fileByFilename)!],
    }));
    expect((await findMethod(schema, 't.S/U')).input.fields[0]?.message?.typeName).toBe('p7.X');
    expect(schema.warnings).toEqual([]);
  });

  test('a graph with very many ways through it', async () => {
    const layers = Array.from({ length: 40 }, (_, i) =>
      [0, 1].map((j) => file({ name: `f${i}-${j}`, dependency: i === 39 ? [] : [`f${i + 1}-0`, `f${i + 1}-1`] })),
    );
    const schema = await files(fileT({ dependency: ['f0-0', 'f0-1'] }), ...layers.flat());
    expect(await findMethod(schema, 't.S/U')).toMatchObject({ name: 'U' });
  });

  test('an import known to the server under another name', async () => {
    const t = fileT({ dependency: ['proto/a.proto'], messageType: [message('M', { a: '.a.A' })] });
    const a = file({ name: 'a.proto', package: 'a', messageType: [message('A')] });
    const schema = await schemaOf(({ fileByFilename }) => ({ files: [fileByFilename === undefined ? t : a] }));
    expect((await findMethod(schema, 't.S/U')).input.fields[0]?.message).toBe(schema.types.message('a.A'));
    expect(schema.warnings).toEqual([expect.stringMatching(/a\.proto when asked for proto\/a\.proto/)]);
  });

  test('import lists that are empty though types of other files are used', async () => {
    const t = fileT({ messageType: [message('M', { a: '.a.A', t: '.google.protobuf.Timestamp' })] });
    const a = file({ name: 'a.proto', package: 'a', messageType: [message('A', { m: '.t.M' })] });
    const schema = await schemaOf(honest([t, a], { 't.S': 't.proto', 'a.A': 'a.proto' }));
    const { input } = await findMethod(schema, 't.S/U');
    const A = schema.types.message('a.A');
    expect(input.fields.map((f) => f.message?.typeName)).toEqual(['a.A', 'google.protobuf.Timestamp']);
    expect(A?.fields[0]?.message).toBe(input);
    expect(input.fields[0]?.message).toBe(A);
    expect(schema.warnings).toEqual([]);
  });
});

describe('files', () => {
  test('the same file twice, and files nobody asked for', async () => {
    const extra = file({ name: 'x.proto', package: 'x', messageType: [message('X')] });
    const schema = await schemaOf(() => ({ files: [extra, fileT(), fileT(), extra] }));
    expect(await findMethod(schema, 't.S/U')).toMatchObject({ name: 'U' });
    expect(schema.warnings).toEqual([]);
  });

  test('a type that two files define: that of the file asked for counts', async () => {
    const b = file({ name: 'b.proto', package: 't', messageType: [message('M', { other: 5 })] });
    const schema = await files(fileT({ dependency: ['b.proto'] }), b);
    const { input } = await findMethod(schema, 't.S/U');
    expect(input.fields.map(({ name }) => name)).toEqual(['s']);
    expect(schema.types.message('t.M')).toBe(input);
    expect(schema.warnings).toEqual([
      expect.stringMatching(/t\.M is defined in both b\.proto and t\.proto; that of t\.proto/),
    ]);
  });

  test('another mixture under the same name for another question', async () => {
    const whole = fileT({ messageType: [message('M'), message('N')] });
    const schema = await schemaOf(({ fileContainingSymbol }) => ({
      files: [fileContainingSymbol === 't.N' ? whole : fileT()],
    }));
    const { input } = await findMethod(schema, 't.S/U');
    expect(await schema.symbol('t.N')).toMatchObject({ kind: 'message' });
    expect(await schema.symbol('t.M')).toBe(input);
    expect(schema.warnings.join()).toMatch(/different files with the name t\.proto/);
  });

  test('a file that does not define what was asked for', async () => {
    const schema = await schemaOf((asked) =>
      asked.listServices
        ? { services: ['t.S'] }
        : { files: [file({ name: 'lie.proto', package: 'lie', messageType: [message('M')] })] },
    );
    const error = await failure(findMethod(schema, 't.S/U'));
    expect(error).toMatchObject({ code: 4, message: expect.stringMatching(/lists t\.S but does not describe it/) });
    expect(schema.warnings.join()).toMatch(/asked for t\.S, sent lie\.proto, which does not define it/);
  });

  test('relative type names, json_name and type left out, as other tools write them', async () => {
    const nested = message('Inner', { deep: 'Sibling' });
    const t = fileT({
      messageType: [
        { ...message('M', { inner: 'Inner', n_count: 5, kind: 'K', far: 'x.Y' }), nestedType: [nested] },
        message('Sibling'),
      ],
      enumType: [{ name: 'K', value: [{ name: 'ZERO', number: 0 }] }],
      service: [{ name: 'S', method: [{ name: 'U', inputType: 'M', outputType: 't.M' }] }],
    });
    for (const field of t.messageType[0]!.field.slice(2)) Reflect.deleteProperty(field, 'type');
    const x = file({ name: 'x.proto', package: 't.x', messageType: [message('Y')] });
    const schema = await schemaOf(() => ({ files: [t, x] }));
    const { input, output } = await findMethod(schema, 't.S/U');
    expect(output).toBe(input);
    expect(input.fields.map(({ jsonName, message: m, enum: e }) => [jsonName, m?.typeName ?? e?.typeName])).toEqual([
      ['inner', 't.M.Inner'],
      ['nCount', undefined],
      ['kind', 't.K'],
      ['far', 't.x.Y'],
    ]);
    expect(input.nestedMessages[0]?.fields[0]?.message?.typeName).toBe('t.Sibling');
  });

  test('a broken file that nothing asked for is left out', async () => {
    const broken = file({
      name: 'broken.proto',
      package: 'b',
      messageType: [{ name: 'X', field: [{ name: 'f', number: 1, type: 9, oneofIndex: 7 }] }],
    });
    const hostile = file({ name: 'h.proto', package: 'h', messageType: [message('a\u001b[2J')] });
    const schema = await files(fileT({ dependency: ['broken.proto', 'h.proto'] }), broken, hostile);
    expect(await findMethod(schema, 't.S/U')).toMatchObject({ name: 'U' });
    expect(schema.warnings.join('\n')).toMatch(/broken\.proto is not a valid schema/);
    expect(schema.warnings.join('\n')).toMatch(/a\\u001b\[2J.*h\.proto/);
  });
});

describe('answers that are none', () => {
  const bytes = (reply: Parameters<typeof encodeReply>[0]): Reply => ({ raw: encodeReply(reply) });
  test.each([
    { name: 'garbage', reply: { raw: Uint8Array.of(255, 255, 255, 255, 255) }, says: /cannot be read/ },
    {
      name: 'a file that is garbage',
      reply: bytes({ files: [Uint8Array.of(10, 200, 1, 1)] }),
      says: /not a file descriptor/,
    },
    { name: 'a file without a name', reply: { files: [file({ package: 't' })] }, says: /without a name/ },
    {
      name: 'a file with control characters in its name',
      reply: { files: [fileT({ name: 'a\u001b]0;x\u0007.proto' })] },
      says: /"a\\u001b\]0;x\\u0007\.proto" holds control/,
    },
    {
      name: 'a package that is none',
      reply: { files: [fileT({ package: 't', name: 'x', messageType: [message('a b')] })] },
      says: /"a b" is not a name/,
    },
  ])('$name', async ({ reply, says }) => {
    const error = await failure((await schemaOf(() => reply as Reply)).symbol('t.S'));
    expect(error).toMatchObject({ code: 4, message: expect.stringMatching(says) });
    expect(String((error as Error).message)).not.toMatch(/[\u0000-\u001f]/);
  });

  test.each([
    { name: 'an empty message', reply: { raw: new Uint8Array() } },
    { name: 'no files', reply: { files: [] } },
    { name: 'services', reply: { services: ['t.S'] } },
    { name: 'another error than NOT_FOUND', reply: { error: 13, message: 'bang' } },
  ])('$name instead of a file: unknown, with a warning', async ({ reply }) => {
    const schema = await schemaOf(() => reply as Reply);
    expect(await schema.symbol('t.S')).toBeUndefined();
    expect(schema.warnings.join()).toMatch(/asked for t\.S, sent/);
  });

  test('a stream that ends with NOT_FOUND where others answer so', async () => {
    const answer = honest([fileT()], { 't.S': 't.proto' });
    const schema = await schemaOf((asked) => {
      const reply = answer(asked);
      return typeof reply === 'object' && 'error' in reply ? { status: 5, message: 'no such symbol' } : reply;
    });
    expect(await findMethod(schema, 'U')).toMatchObject({ name: 'U' });
    expect(await failure(findMethod(schema, 'Nope'))).toMatchObject({
      code: 4,
      message: expect.stringMatching(/Nope/),
    });
  });

  test('a service that is only listed does not stand in the way of the others', async () => {
    const answer = honest([fileT()], { 't.S': 't.proto' });
    const schema = await schemaOf((asked) =>
      asked.listServices === undefined ? answer(asked) : { services: ['t.Ghost', 't.S'] },
    );
    const told: string[] = [];
    expect((await findServices(schema, (line) => told.push(line))).map(({ typeName }) => typeName)).toEqual(['t.S']);
    expect(told).toEqual([expect.stringMatching(/^t\.Ghost is left out: .*does not describe it/)]);
    expect(await failure(findSymbol(schema, 't.Ghost'))).toMatchObject({
      code: 4,
      message: expect.stringMatching(/lists t\.Ghost but does not describe it/),
    });
  });

  test('files instead of the list of services', async () => {
    const error = await failure((await schemaOf(() => ({ files: [fileT()] }))).listServices());
    expect(error).toMatchObject({ code: 4, message: expect.stringMatching(/asked for the list of services/) });
  });

  test('names are kept as they are in lists, whoever prints them escapes them', async () => {
    const name = 't.\u001b[31mS\n';
    expect(await (await schemaOf(() => ({ services: [name, 't.A', 't.A'] }))).listServices()).toEqual([name, 't.A']);
  });

  test('names of properties that every object has', async () => {
    const t = file({
      name: '__proto__',
      package: 't',
      messageType: [message('__proto__', { constructor: 9, toString: '.t.__proto__' }), message('constructor')],
      service: [
        { name: 'S', method: [{ name: '__proto__', inputType: '.t.__proto__', outputType: '.t.constructor' }] },
      ],
    });
    const schema = await files(t);
    const method = await findMethod(schema, 't.S/__proto__');
    expect(method.input.fields.map(({ name }) => name)).toEqual(['constructor', 'toString']);
    expect(schema.types.message('toString')).toBeUndefined();
    expect(await schema.symbol('t.constructor')).toMatchObject({ kind: 'message' });
  });

  test('fields with impossible numbers and enums without values', async () => {
    const bad = message('M', { zero: 9, s: 9 });
    bad.field[0]!.number = 0;
    const schema = await files(fileT({ messageType: [bad], enumType: [{ name: 'E' }] }));
    expect((await findMethod(schema, 't.S/U')).input.fields.map(({ name }) => name)).toEqual(['s']);
    expect(schema.types.enum('t.E')?.values).toHaveLength(1);
    expect(schema.warnings.join('\n')).toMatch(/"zero" of t\.M has the number 0[\s\S]*t\.E has no values/);
  });

  test('messages nested too deep', async () => {
    let nested: FileDescriptorProto['messageType'] = [];
    for (let i = 0; i < 200; i += 1) nested = fileT({ messageType: [{ name: 'M', nestedType: nested }] }).messageType;
    const t = toBinary(FileDescriptorProtoSchema, fileT({ messageType: nested }));
    expect(await failure((await schemaOf(() => ({ files: [t] }))).symbol('t.S'))).toMatchObject({ code: 4 });
  });
});
