// Schemas are foreign input: whatever is done to good ones, all that reads them works or says in proper words why it does
// not. By every way in: descriptor sets, .proto files, reflection. FUZZ_CASES sets the number of cases, PROPERTY_SEED
// which ones: FUZZ_CASES=20000 PROPERTY_SEED=1 npx vitest run test/schema/descriptor-fuzz.test.ts
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { descriptorSets } from '../../src/schema/descriptor-set.ts';
import { joined } from '../../src/schema/file-symbols.ts';
import { protoFiles } from '../../src/schema/proto-files.ts';
import { reflection } from '../../src/schema/reflection.ts';
import type { SchemaSource } from '../../src/schema/source.ts';
import { openSchema } from '../../src/schema/store.ts';
import { temporaryFolder } from '../support/temp.ts';
import { commandFault, commandLines } from './fuzz/commands.ts';
import { exercise } from './fuzz/exercise.ts';
import { goodSets } from './fuzz/seeds.ts';
import { damaged, spoiled, spoilings } from './fuzz/spoil.ts';
import { spoiledSource } from './fuzz/spoil-source.ts';
import { type SpoiledServer, shapes, spoiledServer } from './fuzz/spoiled-server.ts';
import { grpcJsChannel } from './grpc-js-channel.ts';
import '../support/property-seed.ts';

const cases = Number(process.env.FUZZ_CASES ?? 12);
vi.setConfig({ testTimeout: 60_000 + cases * 2000 });

const folder = temporaryFolder();
const setPath = join(folder, 'spoiled.binpb');
const [everything] = goodSets;
const anySet = fc.oneof({ weight: 3, arbitrary: fc.constant(everything!) }, fc.constantFrom(...goodSets));
const bytes = fc.uint8Array({ maxLength: 40 });

let server: SpoiledServer;
beforeAll(async () => {
  server = await spoiledServer();
});
afterAll(() => server.close());

/** Uses a schema for all there is; what goes wrong that no schema excuses. */
async function faultsOf(open: () => Promise<SchemaSource>, message: Uint8Array): Promise<string[]> {
  try {
    return await exercise(openSchema(await open()), message, folder);
  } catch (error) {
    return error instanceof UserError ? [] : [String((error as Error).stack)];
  }
}

function faultsOfSet(set: Uint8Array, message: Uint8Array): Promise<string[]> {
  writeFileSync(setPath, set);
  return faultsOf(() => descriptorSets([setPath]), message);
}

test.each(goodSets)('$name, as they are', async ({ set }) => {
  expect(await faultsOfSet(spoiled(set, []), new Uint8Array([10, 1, 65]))).toEqual([]);
});

test('descriptors with wrong parts', async () => {
  await fc.assert(
    fc.asyncProperty(anySet, spoilings(4), bytes, async ({ set }, how, message) => {
      expect(await faultsOfSet(spoiled(set, how), message)).toEqual([]);
    }),
    { numRuns: cases },
  );
});

test('descriptors with damaged bytes', async () => {
  await fc.assert(
    fc.asyncProperty(anySet, spoilings(3), bytes, async ({ set }, how, message) => {
      expect(await faultsOfSet(damaged(spoiled(set, []), how), message)).toEqual([]);
    }),
    { numRuns: cases },
  );
});

const sourceFolder = join(import.meta.dirname, 'linker');
const sources = readdirSync(sourceFolder)
  .filter((name) => name.endsWith('.proto'))
  .map((name) => [name, readFileSync(join(sourceFolder, name), 'utf8')] as const);

test('.proto files with wrong words', async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...sources), spoilings(3), bytes, async ([name], how, message) => {
      for (const [other, text] of sources) {
        writeFileSync(join(folder, other), other === name ? spoiledSource(text, how) : text);
      }
      expect(await faultsOf(() => protoFiles([join(folder, name)], [folder]), message)).toEqual([]);
    }),
    // Most of them are refused at once.
    { numRuns: cases * 8 },
  );
});

test('servers that reflect them', async () => {
  const signal = new AbortController().signal;
  await fc.assert(
    fc.asyncProperty(anySet, spoilings(3), bytes, fc.constantFrom(...shapes), async ({ set }, how, message, shape) => {
      server.serve(fromBinary(FileDescriptorSetSchema, spoiled(set, how)), shape, how, message);
      const channel = grpcJsChannel(server.address);
      const open = async () => reflection(channel, { version: 'auto', metadata: [], signal });
      expect(await faultsOf(open, message).finally(() => channel.close())).toEqual([]);
    }),
    { numRuns: cases },
  );
});

/** A method and a message of a set, by full name. */
function someSymbols({ file }: FileDescriptorSet, at: number): string[] {
  const messages = file.flatMap((one) => one.messageType.map(({ name }) => joined(one.package, name)));
  const methods = file.flatMap((one) =>
    one.service.flatMap(({ name, method }) => method.map((rpc) => `${joined(one.package, name)}/${rpc.name}`)),
  );
  return [methods, messages].map((names) => names[at % Math.max(1, names.length)] ?? 'none');
}

test('commands over them', async () => {
  const anyCase = fc.tuple(anySet, spoilings(3), bytes, fc.constantFrom(...shapes), fc.boolean(), fc.nat(), fc.nat());
  await fc.assert(
    fc.asyncProperty(anyCase, async ([{ set }, how, message, shape, reflects, which, line]) => {
      const spoiledBytes = spoiled(set, how);
      const files = fromBinary(FileDescriptorSetSchema, spoiledBytes);
      server.serve(files, shape, how, message);
      writeFileSync(setPath, spoiledBytes);
      const lines = commandLines(someSymbols(files, which), folder);
      const words = lines[line % lines.length]!;
      const given = reflects ? [] : ['--protoset', setPath];
      const hasAddress = reflects || words[0] === 'call';
      expect(await commandFault(words, hasAddress ? [server.address, ...given] : given)).toBeUndefined();
    }),
    { numRuns: cases * 2 },
  );
});
