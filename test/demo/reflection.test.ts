// Reflection as a stock client sees it: the real files, with their names, imports and options, in both versions.
// The package below it gets some of this wrong, so every correction has a case here.
import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { demoClient, type Message } from './demo-client.ts';

const { call } = await demoClient();

describe.each(['v1', 'v1alpha'])('reflection %s', (version) => {
  const ask = async (request: object): Promise<Message> => {
    const method = `grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
    const { messages, code } = await call(method, [{ host: 'h', ...request }]);
    expect(code).toBe(status.OK);
    expect(messages[0].originalRequest).toMatchObject(request);
    return messages[0];
  };
  const filesFor = async (request: object) => {
    const { fileDescriptorResponse } = await ask(request);
    return fileDescriptorResponse.fileDescriptorProto.map((bytes: Buffer) =>
      fromBinary(FileDescriptorProtoSchema, bytes),
    );
  };
  const namesFor = async (request: object) => (await filesFor(request)).map((file: { name: string }) => file.name);

  it('lists every service, itself included', async () => {
    const { listServicesResponse } = await ask({ listServices: '*' });
    expect(listServicesResponse.service.map((service: Message) => service.name).sort()).toEqual([
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'inference.v1.InferenceService',
      'kinds.v1.KindsService',
      'library.v1.LibraryService',
      'orders.OrderService',
      'payments.v1.PaymentService',
      'users.UserService',
      'userservice.v1.UserService',
    ]);
  });

  const symbols: [symbol: string, file: string][] = [
    ['payments.v1.PaymentService', 'payments/v1/payments.proto'],
    ['payments.v1.PaymentService.ChargeCard', 'payments/v1/payments.proto'],
    ['.payments.v1.ChargeRequest', 'payments/v1/payments.proto'],
    ['users.UserEvent.EventType', 'users/users.proto'],
    ['kinds.v1.note', 'kinds/v1/legacy.proto'],
    ['google.rpc.BadRequest', 'google/rpc/error_details.proto'],
    ['grpc.health.v1.Health', 'grpc/health/v1/health.proto'],
    [`grpc.reflection.${version}.ServerReflection`, `grpc/reflection/${version}/reflection.proto`],
  ];
  it.each(symbols)('finds %s in %s', async (fileContainingSymbol, file) => {
    expect((await namesFor({ fileContainingSymbol }))[0]).toBe(file);
  });

  it('sends imports along, each file once', async () => {
    const names = await namesFor({ fileContainingSymbol: 'kinds.v1.KindsService' });
    expect(names).toContain('kinds/v1/legacy.proto');
    expect(names).toContain('google/protobuf/struct.proto');
    expect(new Set(names).size).toBe(names.length);
  });

  it('keeps imports, comments and options as they are in the file', async () => {
    const [file] = await filesFor({ fileByFilename: 'payments/v1/payments.proto' });
    expect(file.syntax).toBe('proto3');
    expect(file.dependency).toEqual(['google/api/annotations.proto']);
    // Field 72295728 of MethodOptions is google.api.http.
    const [chargeCard] = file.service[0].method;
    expect(chargeCard.options.$unknown.map((field: { no: number }) => field.no)).toEqual([72295728]);
    const comments = file.sourceCodeInfo.location.map(
      (location: { leadingComments: string }) => location.leadingComments,
    );
    expect(comments).toContain(' Charges cards and tells what was charged.\n');
  });

  it('sends files that are imported for their options only, when asked', async () => {
    expect(await namesFor({ fileByFilename: 'google/api/annotations.proto' })).toContain(
      'google/api/annotations.proto',
    );
    expect((await namesFor({ fileByFilename: 'google/protobuf/descriptor.proto' }))[0]).toBe(
      'google/protobuf/descriptor.proto',
    );
  });

  it.each(['kinds.v1.Legacy', '.kinds.v1.Legacy'])('looks up the extensions of %s', async (name) => {
    const { allExtensionNumbersResponse } = await ask({ allExtensionNumbersOfType: name });
    expect(allExtensionNumbersResponse).toEqual({
      baseTypeName: 'kinds.v1.Legacy',
      extensionNumber: [100, 101, 102, 103],
    });
    const fileContainingExtension = { containingType: name, extensionNumber: 102 };
    expect((await namesFor({ fileContainingExtension }))[0]).toBe('kinds/v1/legacy.proto');
  });

  const missing: [request: object, code: number][] = [
    [{ fileContainingSymbol: 'no.Such' }, status.NOT_FOUND],
    [{ fileByFilename: 'no/such.proto' }, status.NOT_FOUND],
    [{ fileContainingExtension: { containingType: 'kinds.v1.Legacy', extensionNumber: 199 } }, status.NOT_FOUND],
    [{ allExtensionNumbersOfType: 'no.Such' }, status.NOT_FOUND],
    [{}, status.UNIMPLEMENTED],
  ];
  it.each(missing)('answers %j with the error %i', async (request, code) => {
    const { errorResponse } = await ask(request);
    expect(errorResponse.errorCode).toBe(code);
  });
});
