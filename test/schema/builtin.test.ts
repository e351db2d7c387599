// The files that grepl carries along are complete and can be used.
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema, file_google_protobuf_timestamp } from '@bufbuild/protobuf/wkt';
import { describe, expect, it } from 'vitest';
import { builtinFile, builtinFileNames, builtinWithImports } from '../../src/schema/builtin/builtin.ts';

describe('carried files', () => {
  it('are closed under imports', () => {
    const names = builtinFileNames();
    const missing = names.flatMap((name) => builtinFile(name)!.dependency.filter((other) => !names.includes(other)));
    expect(missing).toEqual([]);
  });

  it.each([
    'google/protobuf/any.proto',
    'google/protobuf/api.proto',
    'google/protobuf/descriptor.proto',
    'google/protobuf/compiler/plugin.proto',
    'google/api/annotations.proto',
    'google/api/field_behavior.proto',
    'google/api/httpbody.proto',
    'google/api/visibility.proto',
    'google/rpc/error_details.proto',
    'google/longrunning/operations.proto',
    'google/type/money.proto',
  ])('%s can be built', (name) => {
    const files = builtinWithImports(name)!;
    expect(files.at(-1)?.name).toBe(name);
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: files }));
    expect(registry.getFile(name)?.name).toBe(name.replace(/\.proto$/, ''));
  });

  it('say the same as those of protobuf-es', () => {
    const fields = builtinFile('google/protobuf/timestamp.proto')?.messageType[0]?.field;
    const known = file_google_protobuf_timestamp.proto.messageType[0]?.field;
    expect(fields?.map(({ name, number, type }) => [name, number, type])).toEqual(
      known?.map(({ name, number, type }) => [name, number, type]),
    );
  });

  it.each(['google/protobuf/nope.proto', '__proto__', 'constructor', ''])('do not include %j', (name) => {
    expect(builtinFile(name)).toBeUndefined();
    expect(builtinWithImports(name)).toBeUndefined();
  });

  it('are the same objects each time', () => {
    expect(builtinFile('google/api/http.proto')).toBe(builtinFile('google/api/http.proto'));
  });
});
