// Derivation judged by the designer's table, by the demo's services and by shapes that services out there have.
import type { DescMethod } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { deriveService } from '../../src/rest/derive.ts';
import { parsePathTemplate } from '../../src/rest/path-template.ts';
import type { HttpBinding } from '../../src/rest/rest.ts';
import { derivedLines, schemaOf, serviceIn } from './derive-support.ts';

const table = `
message M { string any = 1; }
message GetUserRequest { string user_id = 1; }
message ListUsersRequest { int32 page_size = 1; string page_token = 2; string filter = 3; }
message Activity { string user_id = 1; int32 limit = 2; }
message Ids { repeated string user_ids = 1; }
service UserService {
  rpc GetUser(GetUserRequest) returns (M);
  rpc ListUsers(ListUsersRequest) returns (M);
  rpc StreamUserActivity(Activity) returns (stream M);
  rpc BatchGetUsers(Ids) returns (stream M);
}
message GetOrderRequest { string order_id = 1; }
message CreateOrderRequest { string user_id = 1; repeated M items = 2; }
service OrderService {
  rpc GetOrder(GetOrderRequest) returns (M);
  rpc CreateOrder(CreateOrderRequest) returns (M);
  rpc StreamOrderUpdates(GetOrderRequest) returns (stream M);
}
message CompleteRequest { string model = 1; string prompt = 2; int32 max_tokens = 3; }
service InferenceService {
  rpc Complete(CompleteRequest) returns (M);
  rpc StreamComplete(CompleteRequest) returns (stream M);
  rpc Chat(stream CompleteRequest) returns (stream M);
}
message ChargeRequest { int64 amount = 1; string currency = 2; }
message StreamRequest { string account_id = 1; int32 limit = 2; }
service PaymentService {
  rpc ChargeCard(ChargeRequest) returns (M);
  rpc StreamTransactions(StreamRequest) returns (stream M);
  rpc BatchCharge(stream ChargeRequest) returns (M);
  rpc PaymentChat(stream ChargeRequest) returns (stream M);
}
message CreateUserRequest { string id = 1; string name = 2; string email = 3; }
message WatchUsersRequest { string filter = 1; }
service StreamingUserService {
  rpc ListUsers(ListUsersRequest) returns (stream M);
  rpc CreateUsers(stream CreateUserRequest) returns (M);
  rpc WatchUsers(WatchUsersRequest) returns (stream M);
}
`;

const charges: HttpBinding = {
  httpMethod: 'POST',
  template: parsePathTemplate('/v1/charges'),
  body: '*',
  responseBody: '',
};

test.each([
  ['UserService.GetUser', 'GET /users/{user_id}', 'high'],
  ['UserService.ListUsers', 'GET /users', 'high'],
  ['UserService.StreamUserActivity', 'GET /users/{user_id}/activity:stream', 'high'],
  ['UserService.BatchGetUsers', 'GET /users:batchGet', 'high'],
  ['OrderService.GetOrder', 'GET /orders/{order_id}', 'high'],
  ['OrderService.CreateOrder', 'POST /orders [*]', 'high'],
  ['OrderService.StreamOrderUpdates', 'GET /orders/{order_id}/updates:stream', 'high'],
  ['InferenceService.Complete', 'POST /inference:complete [*]', 'low'],
  ['InferenceService.StreamComplete', 'POST /inference:streamComplete [*]', 'medium'],
  ['InferenceService.Chat', 'GET /inference:chat', 'low'],
  ['PaymentService.StreamTransactions', 'GET /v1/transactions:stream', 'medium'],
  ['PaymentService.BatchCharge', 'POST /v1/charges:batch [*]', 'medium'],
  ['PaymentService.PaymentChat', 'GET /v1/payments:chat', 'low'],
  ['StreamingUserService.ListUsers', 'GET /users', 'high'],
  ['StreamingUserService.CreateUsers', 'POST /users:batchCreate [*]', 'medium'],
  ['StreamingUserService.WatchUsers', 'GET /users:watch', 'medium'],
])('%s is %s (%s)', async (name, expected, confidence) => {
  const [serviceName = '', methodName = ''] = name.split('.');
  const service = await serviceIn(await schemaOf(table), serviceName);
  const declared = new Map(
    service.methods.filter((each) => each.name === 'ChargeCard').map((each) => [each, [charges]]),
  );
  expect(derivedLines(service, declared)[methodName]).toBe(expected);
  const method = service.methods.find((each) => each.name === methodName) as DescMethod;
  expect(deriveService(service, declared).get(method)?.confidence).toBe(confidence);
});

const shop = `
message M { string any = 1; }
message Empty {}
message Point { int32 x = 1; int32 y = 2; }
message ItemOf { string user_id = 1; string order_id = 2; string item_id = 3; }
message OfUser { string user_id = 1; int32 page_size = 2; }
message Item { string id = 1; string sku = 2; }
message CreateItem { string order_id = 1; Item item = 2; string request_id = 3; }
message UpdateItem { Item item = 1; }
message Id { string id = 1; }
message Ids { repeated string ids = 1; }
message Name { string name = 1; }
message Reason { string order_id = 1; string reason = 2; }
message Query { string query = 1; }
message Deep { repeated Item items = 1; map<string, string> labels = 2; }
service ShopService {
  rpc GetUserOrderItem(ItemOf) returns (Item);
  rpc ListUserOrders(OfUser) returns (M);
  rpc ListRefundsByUser(OfUser) returns (M);
  rpc CreateOrderItem(CreateItem) returns (Item);
  rpc UpdateItem(UpdateItem) returns (Item);
  rpc UpsertItem(UpdateItem) returns (Item);
  rpc DeleteItem(Id) returns (Empty);
  rpc DeleteItems(Ids) returns (Empty);
  rpc CancelOrder(Reason) returns (M);
  rpc AddOrderItem(CreateItem) returns (M);
  rpc SearchItems(Query) returns (M);
  rpc ListCoupons(Deep) returns (M);
  rpc Ping(Empty) returns (Empty);
  rpc Login(Name) returns (M);
  rpc GetStatus(Empty) returns (M);
  rpc GetCategory(Id) returns (M);
  rpc GetUserByEmail(Name) returns (M);
  rpc GetPersonById(Id) returns (M);
  rpc WatchOrder(Reason) returns (stream M);
  rpc Upload(stream M) returns (M);
  rpc Price(Point) returns (M) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc get_shelf(Id) returns (M);
}
service Greeter {
  rpc SayHello(Name) returns (M);
  rpc SayHelloStream(Name) returns (stream M);
}
service UserService {
  rpc Get(Id) returns (M);
  rpc List(Query) returns (M);
  rpc Activate(Id) returns (M);
}
`;

test.each([
  ['ids of three levels', 'ShopService.GetUserOrderItem', 'GET /users/{user_id}/orders/{order_id}/items/{item_id}'],
  ['the collection of an owner', 'ShopService.ListUserOrders', 'GET /users/{user_id}/orders'],
  ['an owner behind By', 'ShopService.ListRefundsByUser', 'GET /users/{user_id}/refunds'],
  ['the resource is the body', 'ShopService.CreateOrderItem', 'POST /orders/{order_id}/items [item]'],
  ['the id is inside the body', 'ShopService.UpdateItem', 'PATCH /items/{item.id} [item]'],
  ['Upsert is PUT', 'ShopService.UpsertItem', 'PUT /items/{item.id} [item]'],
  ['an id alone', 'ShopService.DeleteItem', 'DELETE /items/{id}'],
  ['no single id', 'ShopService.DeleteItems', 'POST /items:delete [*]'],
  ['a custom verb on a thing', 'ShopService.CancelOrder', 'POST /orders/{order_id}:cancel [*]'],
  ['a custom verb with an object', 'ShopService.AddOrderItem', 'POST /orders/{order_id}:addItem [*]'],
  ['a search that fits a query', 'ShopService.SearchItems', 'GET /items:search'],
  ['a list that fits no query', 'ShopService.ListCoupons', 'POST /coupons:list [*]'],
  ['nothing but a verb', 'ShopService.Ping', 'POST /shops:ping [*]'],
  ['a name that is no shop', 'ShopService.Login', 'POST /shops:login [*]'],
  ['what there is only one of', 'ShopService.GetStatus', 'GET /status'],
  ['-y', 'ShopService.GetCategory', 'GET /categories/{id}'],
  ['a look-up by something else', 'ShopService.GetUserByEmail', 'GET /users:getByEmail'],
  ['a look-up by the id, irregular plural', 'ShopService.GetPersonById', 'GET /people/{id}'],
  ['what another method acts on', 'ShopService.WatchOrder', 'GET /orders/{order_id}:watch'],
  ['a client stream of nothing known', 'ShopService.Upload', 'POST /shops:upload [*]'],
  ['NO_SIDE_EFFECTS', 'ShopService.Price', 'GET /shops:price'],
  ['snake_case', 'ShopService.get_shelf', 'GET /shelves/{id}'],
  ['a service that is the thing itself', 'Greeter.SayHello', 'POST /greeter:sayHello [*]'],
  ['a twin called after its sibling', 'Greeter.SayHelloStream', 'POST /greeter:sayHelloStream [*]'],
  ['Get alone', 'UserService.Get', 'GET /users/{id}'],
  ['List alone', 'UserService.List', 'GET /users'],
  ['a verb alone, with an id', 'UserService.Activate', 'POST /users/{id}:activate [*]'],
])('%s: %s is %s', async (_, name, expected) => {
  const [service = '', method = ''] = name.split('.');
  expect(derivedLines(await serviceIn(await schemaOf(shop), service))[method]).toBe(expected);
});

const annotated = `
package library.v2beta1;
import "google/api/resource.proto";
import "google/protobuf/empty.proto";
message Shelf { option (google.api.resource) = {type: "x.dev/Shelf" pattern: "shelves/{shelf}"}; string name = 1; }
message Book {
  option (google.api.resource) = {
    type: "x.dev/Book" pattern: "shelves/{shelf}/books/{book}" pattern: "authors/{author}/books/{book}"
  };
  string name = 1;
  string title = 2;
}
message GetBook { string name = 1 [(google.api.resource_reference).type = "x.dev/Book"]; }
message ListBooks { string parent = 1 [(google.api.resource_reference).child_type = "x.dev/Book"]; }
message CreateBook { string parent = 1 [(google.api.resource_reference).type = "x.dev/Shelf"]; Book book = 2; }
message UpdateBook { Book book = 1; }
message SetIamPolicy { string resource = 1; string policy = 2; }
message MoveBook { string name = 1 [(google.api.resource_reference).type = "x.dev/Book"]; string shelf = 2; }
message Sort { string shelf = 1 [(google.api.resource_reference).type = "x.dev/Shelf"]; }
service Library {
  rpc GetBook(GetBook) returns (Book);
  rpc ListBooks(ListBooks) returns (Book);
  rpc CreateBook(CreateBook) returns (Book);
  rpc UpdateBook(UpdateBook) returns (Book);
  rpc MoveBook(MoveBook) returns (Book);
  rpc ReportBookDamage(MoveBook) returns (Book);
  rpc SortBooks(Sort) returns (google.protobuf.Empty);
  rpc SetIamPolicy(SetIamPolicy) returns (google.protobuf.Empty);
}
`;

test('resource patterns give the paths, one binding each, in the version of the package', async () => {
  const service = await serviceIn(await schemaOf(annotated), 'library.v2beta1.Library');
  expect(derivedLines(service)).toEqual({
    GetBook: 'GET /v2beta1/{name=shelves/*/books/*}',
    ListBooks: 'GET /v2beta1/{parent=shelves/*}/books',
    CreateBook: 'POST /v2beta1/{parent=shelves/*}/books [book]',
    UpdateBook: 'PATCH /v2beta1/{book.name=shelves/*/books/*} [book]',
    MoveBook: 'POST /v2beta1/{name=shelves/*/books/*}:move [*]',
    ReportBookDamage: 'POST /v2beta1/{name=shelves/*/books/*}:reportDamage [*]',
    SortBooks: 'POST /v2beta1/{shelf=shelves/*}:sortBooks [*]',
    SetIamPolicy: 'POST /v2beta1/{resource=**}:setIamPolicy [*]',
  });
  const all = deriveService(service, new Map()).get(service.methods[0]!)!.bindings;
  expect(all.map(({ template }) => template.text)).toEqual([
    '/v2beta1/{name=shelves/*/books/*}',
    '/v2beta1/{name=authors/*/books/*}',
  ]);
});

test('names without patterns end in their collection; declared paths teach the rest', async () => {
  const service = await serviceIn(
    await schemaOf(`
message Book { string name = 1; }
message Named { string name = 1; }
message Of { string parent = 1; }
service Library {
  rpc GetBook(Named) returns (Book);
  rpc ListBooks(Of) returns (Book);
  rpc ArchiveBook(Named) returns (Book);
}`),
    'Library',
  );
  expect(derivedLines(service).ArchiveBook).toBe('POST /{name=**/books/*}:archive [*]');
  const template = parsePathTemplate('/api/v3/{name=shelves/*/books/*}');
  const declared = new Map([[service.methods[0]!, [{ httpMethod: 'GET', template, body: '', responseBody: '' }]]]);
  expect(derivedLines(service, declared)).toMatchObject({
    ListBooks: 'GET /api/v3/{parent=shelves/*}/books',
    ArchiveBook: 'POST /api/v3/{name=shelves/*/books/*}:archive [*]',
  });
});

test('no two methods answer to the same path, whatever they are called', async () => {
  const service = await serviceIn(
    await schemaOf(`
message M { string id = 1; }
service UserService {
  rpc GetUser(M) returns (M);
  rpc DescribeUser(M) returns (M);
  rpc ShowUser(M) returns (M);
  rpc Get_User(M) returns (M);
  rpc GetUsers(M) returns (M);
  rpc ListUsers(M) returns (M);
  rpc Users(M) returns (M);
  rpc _(M) returns (M);
  rpc By(M) returns (M);
  rpc GetBy(M) returns (M);
  rpc Batch(stream M) returns (M);
  rpc Stream(stream M) returns (stream M);
}`),
    'UserService',
  );
  const derived = [...deriveService(service, new Map()).values()];
  const keys = derived.flatMap(({ bindings }) =>
    bindings.map(({ httpMethod, template }) => `${httpMethod} ${template.segments.join('/')}:${template.verb}`),
  );
  expect(new Set(keys).size).toBe(keys.length);
  expect(derivedLines(service)).toMatchObject({
    GetUser: 'GET /users/{id}',
    DescribeUser: 'GET /users/{id}:describeUser',
  });
  expect(derivedLines(service)).toEqual(derivedLines(service));
});

test('a path that a rule of the service has is not derived for another', async () => {
  const service = await serviceIn(
    await schemaOf(`
message M { string id = 1; }
service UserService { rpc Fetch(M) returns (M); rpc GetUser(M) returns (M); }`),
    'UserService',
  );
  const binding = { httpMethod: 'GET', template: parsePathTemplate('/users/{key}'), body: '', responseBody: '' };
  const derived = deriveService(service, new Map([[service.methods[0]!, [binding]]])).get(service.methods[1]!)!;
  expect(derived.bindings[0]!.template.text).toBe('/users/{id}:getUser');
  expect(derived.confidence).toBe('low');
});

test('a pattern that makes no template is passed over', async () => {
  const service = await serviceIn(
    await schemaOf(`
import "google/api/resource.proto";
message Book { option (google.api.resource) = {type: "x/Book" pattern: "a//{b}" pattern: "**/{b}/**"}; string name = 1; }
message Named { string name = 1 [(google.api.resource_reference).type = "x/Book"]; }
service Library { rpc GetBook(Named) returns (Book); }`),
    'Library',
  );
  expect(derivedLines(service).GetBook).toMatch(/^POST \/Library\/GetBook \[\*\]$/);
});

test('a bidirectional stream is a WebSocket, and lines one way after the other', async () => {
  const service = await serviceIn(await schemaOf(table), 'InferenceService');
  const chat = deriveService(service, new Map()).get(service.methods[2]!)!;
  expect(chat.bindings.map(({ httpMethod, body }) => [httpMethod, body])).toEqual([
    ['GET', ''],
    ['POST', '*'],
  ]);
});
