// Server reflection through @grpc/reflection, v1 and v1alpha, with what that package gets wrong put right here.
// Its addToServer is not used: it reads .proto files beside itself, which a bundle does not have.
import { ReflectionV1Implementation } from '@grpc/reflection/build/src/implementations/reflection-v1.js';
import { fileName } from './examples.ts';
import type { Handlers } from './serve.ts';

type Request = Parameters<ReflectionV1Implementation['handleServerReflectionRequest']>[0];
type Response = ReturnType<ReflectionV1Implementation['handleServerReflectionRequest']>;

/** The handlers of either version of ServerReflection over these serialized FileDescriptorProtos, by file name. */
export function reflectionService(files: ReadonlyMap<string, Uint8Array>): Handlers {
  let index: ReflectionV1Implementation | undefined;
  return {
    ServerReflectionInfo: async function* (requests: AsyncIterable<Request>) {
      // On the first call: reading all files takes about as long as everything else at the start.
      index ??= makeIndex(files);
      for await (const request of requests) yield answer(index, files, request);
    },
  };
}

function makeIndex(files: ReadonlyMap<string, Uint8Array>): ReflectionV1Implementation {
  const packages = { all: { fileDescriptorProtos: [...files.values()] } };
  return new ReflectionV1Implementation(packages as never);
}

function answer(index: ReflectionV1Implementation, files: ReadonlyMap<string, Uint8Array>, request: Request): Response {
  const response = index.handleServerReflectionRequest(normalized(request));
  response.originalRequest = request;
  const found = response.fileDescriptorResponse?.fileDescriptorProto;
  if (response.fileDescriptorResponse && found) {
    // It has decoded and encoded the files, which loses custom options such as google.api.http.
    const names = new Set(found.map((file) => fileName(file as Uint8Array)));
    response.fileDescriptorResponse.fileDescriptorProto = [...names].map((name) => Buffer.from(files.get(name) ?? []));
  }
  const extensions = response.allExtensionNumbersResponse;
  if (extensions?.baseTypeName) extensions.baseTypeName = withoutDot(extensions.baseTypeName);
  return response;
}

/** The request as the package understands it: extended types with a dot in front, symbols without one. */
function normalized(request: Request): Request {
  const copy = { ...request };
  const extension = request.fileContainingExtension;
  if (extension) {
    copy.fileContainingExtension = { ...extension, containingType: withDot(extension.containingType) };
  }
  if (request.allExtensionNumbersOfType) copy.allExtensionNumbersOfType = withDot(request.allExtensionNumbersOfType);
  if (request.fileContainingSymbol) copy.fileContainingSymbol = withoutDot(request.fileContainingSymbol);
  return copy;
}

function withDot(name = ''): string {
  return name.startsWith('.') ? name : `.${name}`;
}

function withoutDot(name: string): string {
  return name.replace(/^\./, '');
}
