// Compiles proto-examples/ into src/demo/descriptors.ts, so that the demo runs from the bundle without any .proto file.
// Run `node test/demo/update-descriptors.mjs` after a change there; it fetches buf with npx, or takes the one in $BUF.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import protobuf from 'protobufjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const examples = join(root, 'proto-examples');

/** The descriptor set as buf makes it: faithful, with comments. */
function descriptorSet() {
  const [program, ...words] = process.env.BUF ? [process.env.BUF] : ['npx', '--yes', '@bufbuild/buf@1.75.0'];
  const out = join(tmpdir(), `grepl-examples-${process.pid}.binpb`);
  execFileSync(program, [...words, 'build', examples, '--as-file-descriptor-set', '-o', out], { stdio: 'inherit' });
  const set = fromBinary(FileDescriptorSetSchema, readFileSync(out));
  rmSync(out);
  for (const file of set.file) {
    // Comments are worth shipping, positions without one are not; the well-known files are documented elsewhere.
    const location = (file.sourceCodeInfo?.location ?? []).filter(
      (place) => place.leadingComments || place.trailingComments || place.leadingDetachedComments.length > 0,
    );
    if (file.sourceCodeInfo) file.sourceCodeInfo.location = location;
    if (/^(google|grpc)\//.test(file.name)) file.sourceCodeInfo = undefined;
  }
  return toBinary(FileDescriptorSetSchema, set);
}

/** The same files as protobufjs' tree: what proto-loader reads alike in all its versions, unlike descriptor sets. */
function tree() {
  const own = dirname(createRequire(import.meta.url).resolve('protobufjs/package.json'));
  const files = readdirSync(examples, { recursive: true }).filter((name) => name.endsWith('.proto'));
  const parsed = new protobuf.Root();
  parsed.resolvePath = (_origin, name) => join(name === 'google/protobuf/descriptor.proto' ? own : examples, name);
  parsed.loadSync(files.sort());
  return JSON.stringify(parsed.resolveAll().toJSON());
}

const pack = (data) => deflateRawSync(data, { level: 9 }).toString('base64');
writeFileSync(
  join(root, 'src/demo/descriptors.ts'),
  `// Generated from proto-examples/ by test/demo/update-descriptors.mjs; do not edit.
// Both are deflated and in base64, in the source because the bundle has no files beside it to read.

/** The example services with all their imports as a google.protobuf.FileDescriptorSet, for reflection. */
export const packedDescriptorSet =
  '${pack(descriptorSet())}';

/** The same as protobufjs' JSON, for proto-loader. */
export const packedTree =
  '${pack(tree())}';
`,
);
