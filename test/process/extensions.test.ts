// Extensions that no file of the method imports: the program asks the server's reflection for them by name when they
// are in a request, by number when they are in a response.
import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runGrepl } from '../support/run-grepl.ts';
import { type ReflectionServer, startReflectionServer } from '../support/servers-reflection.ts';

const base = toBinary(
  FileDescriptorProtoSchema,
  create(FileDescriptorProtoSchema, {
    name: 'base.proto',
    package: 't',
    syntax: 'proto2',
    messageType: [{ name: 'M', extensionRange: [{ start: 100, end: 200 }] }],
    service: [{ name: 'S', method: [{ name: 'U', inputType: '.t.M', outputType: '.t.M' }] }],
  }),
);
const more = toBinary(
  FileDescriptorProtoSchema,
  create(FileDescriptorProtoSchema, {
    name: 'more.proto',
    package: 't',
    syntax: 'proto2',
    dependency: ['base.proto'],
    extension: [{ name: 'depth', number: 100, label: 1, type: 5, extendee: '.t.M', jsonName: 'depth' }],
  }),
);
const answer = new BinaryWriter().uint32(800).int32(7).finish();

let server: ReflectionServer;
beforeAll(async () => {
  server = await startReflectionServer({
    versions: ['v1'],
    unary: new Map([['/t.S/U', answer]]),
    answer: (request) => {
      if (request.ask === 'list') return { services: ['t.S'] };
      // By the number of an extension.
      if (request.ask === 'other') return { files: [more] };
      if (request.name === 't.depth' || request.name === 'more.proto') return { files: [more] };
      if (/^t\.[MSU]|^base\.proto$/.test(request.name)) return { files: [base] };
      return { error: 5, message: 'not found' };
    },
  });
});
afterAll(() => server.close());

describe('an extension in a file that nobody imports', () => {
  it.each([
    ['JSON', ['-d', '{"[t.depth]": 3}']],
    ['the text format', ['--in', 'text', '-d', '[t.depth]: 3']],
  ])('is found for a request in %s', async (_format, data) => {
    const run = await runGrepl(['call', server.address, 't.S/U', '--dry-run', ...data]);
    expect(run).toMatchObject({ exit: 0, stdout: expect.stringContaining('"[t.depth]": 3') });
    expect(run.stdout).toContain('3 bytes: a00603');
  });

  it('is found for a response', async () => {
    const run = await runGrepl(['call', server.address, 't.S/U', '-d', '{}']);
    expect(run).toMatchObject({ exit: 0, stdout: '{"[t.depth]":7}\n', stderr: '' });
  });

  it('is described by its number', async () => {
    const run = await runGrepl(['describe', server.address, 't.M[100]']);
    expect(run).toMatchObject({ exit: 0, stdout: expect.stringContaining('depth') });
  });

  it('that the server does not have is an error at its place', async () => {
    const run = await runGrepl(['call', server.address, 't.S/U', '-d', '{"[t.width]": 3}']);
    expect(run).toMatchObject({ exit: 3, stdout: '', stderr: expect.stringMatching(/-d:1:2: .*\[t\.width\]/) });
  });
});
