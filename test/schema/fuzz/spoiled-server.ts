// A server that reflects spoiled files, in the shapes in which servers answer and in some in which none should, and that
// answers any of their methods with the same bytes.
import { toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, type FileDescriptorSet } from '@bufbuild/protobuf/wkt';
import { defines, joined } from '../../../src/schema/file-symbols.ts';
import { type Asked, encodeReply, type ReflectionServer, type Reply, serveReflection } from '../reflection-server.ts';
import { damaged, type Spoiling } from './spoil.ts';

/** How questions are answered. */
export const shapes = [
  'one file',
  'all files',
  'whatever file',
  'the first file',
  'damaged file',
  'damaged answer',
] as const;
export type Shape = (typeof shapes)[number];

const passed = (bytes: Buffer): Buffer => bytes;
const notFound: Reply = { error: 5, message: 'not \u001b[31mfound' };

/** The server; `serve` changes what it reflects and with which bytes it answers calls. */
export interface SpoiledServer {
  readonly address: string;
  serve(set: FileDescriptorSet, shape: Shape, how: readonly Spoiling[], answer: Uint8Array): void;
  close(): void;
}

export async function spoiledServer(): Promise<SpoiledServer> {
  let reply: (asked: Asked) => Reply = () => notFound;
  const server = await serveReflection((asked) => reply(asked));
  const registered = new Set<string>();
  let answer: Uint8Array = new Uint8Array();
  return {
    address: server.address,
    close: () => server.close(),
    serve(set, shape, how, bytes) {
      answer = bytes;
      reply = replies(set, shape, how);
      for (const path of set.file.flatMap(methodPaths)) {
        if (!registered.has(path)) registerEcho(server, path, () => answer);
        registered.add(path);
      }
    },
  };
}

function registerEcho(server: ReflectionServer, path: string, answer: () => Uint8Array): void {
  const handler = (call: {
    write(bytes: Buffer): void;
    end(): void;
    on(event: string, listener: () => void): void;
  }) => {
    call.on('error', () => {});
    call.on('data', () => {});
    call.on('end', () => {
      call.write(Buffer.from(answer()));
      call.end();
    });
  };
  server.grpc.register(path, handler as never, passed, passed, 'bidi');
}

function methodPaths(file: FileDescriptorProto): string[] {
  return file.service.flatMap(({ name, method }) =>
    method.map((one) => `/${joined(file.package, name)}/${one.name}`).filter((path) => /^[\w./]+$/.test(path)),
  );
}

function replies(set: FileDescriptorSet, shape: Shape, how: readonly Spoiling[]): (asked: Asked) => Reply {
  const { file: files } = set;
  const services = files.flatMap((file) => file.service.map(({ name }) => joined(file.package, name)));
  return (asked) => {
    if (asked.listServices !== undefined) return { services: [...services, 'no.Such', ...services.slice(0, 1)] };
    const symbol = asked.fileContainingSymbol?.replace(/^\./, '');
    const found = files.find((one) =>
      symbol === undefined ? one.name === asked.fileByFilename : defines(one, symbol),
    );
    const sent = chosen(files, found, shape, asked);
    if (sent.length === 0) return notFound;
    const bytes = sent.map((one) => toBinary(FileDescriptorProtoSchema, one));
    if (shape === 'damaged file') return { files: bytes.map((one) => damaged(one, how)) };
    return shape === 'damaged answer' ? { raw: damaged(encodeReply({ files: bytes }), how) } : { files: bytes };
  };
}

function chosen(
  files: readonly FileDescriptorProto[],
  found: FileDescriptorProto | undefined,
  shape: Shape,
  asked: Asked,
): readonly FileDescriptorProto[] {
  if (shape === 'all files') return found ? [found, ...files] : files;
  if (shape === 'the first file') return files.slice(0, 1);
  if (shape === 'whatever file') return [files[JSON.stringify(asked).length % Math.max(1, files.length)] ?? []].flat();
  return found ? [found] : [];
}
