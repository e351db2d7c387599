// What the reflection service of each reflection fault tells: the service t.S, with files that lie in one way each.
// Files are built as descriptors, not parsed, so that they can say what no parser would let through.
import { create, toBinary } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  DescriptorProtoSchema,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  ServiceDescriptorProtoSchema,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import type { ReflectionAnswer, ReflectionRequest, ReflectionScript } from '../support/servers-reflection.ts';
import { messageWith } from './payloads.ts';

const notFound = 5;

/** Service names that would move a cursor or break lines if printed as they are. */
export const hostileNames = ['t.S', 'evil\u001b[2J', 'bell\u0007', 'two\nlines', 'c1\u009b31m'];

function messageM(): DescriptorProto {
  const field = (name: string, number: number, type: Type, more: object = {}) => ({
    name,
    number,
    type,
    label: Label.OPTIONAL,
    jsonName: name,
    ...more,
  });
  return create(DescriptorProtoSchema, {
    name: 'M',
    field: [
      field('s', 1, Type.STRING),
      field('b', 2, Type.BYTES),
      field('m', 3, Type.MESSAGE, { typeName: '.t.M' }),
      field('n', 4, Type.INT64),
      field('r', 5, Type.STRING, { label: Label.REPEATED }),
    ],
  });
}

function serviceS() {
  const method = (name: string, clientStreaming: boolean, serverStreaming: boolean) => ({
    name,
    inputType: '.t.M',
    outputType: '.t.M',
    clientStreaming,
    serverStreaming,
  });
  return create(ServiceDescriptorProtoSchema, {
    name: 'S',
    method: [method('U', false, false), method('SS', false, true), method('CS', true, false), method('B', true, true)],
  });
}

/** A file that holds nothing but its imports. */
function emptyFile(name: string, dependency: string[] = []): FileDescriptorProto {
  return create(FileDescriptorProtoSchema, { name, package: 'filler', syntax: 'proto3', dependency });
}

/** The file with t.S and t.M, importing what it is told to. */
function mainFile(dependency: string[] = [], name = 'a.proto'): FileDescriptorProto {
  return create(FileDescriptorProtoSchema, {
    name,
    package: 't',
    syntax: 'proto3',
    dependency,
    messageType: [messageM()],
    service: [serviceS()],
  });
}

const sameAgain = (name: string) =>
  create(FileDescriptorProtoSchema, { name, package: 't', syntax: 'proto3', messageType: [messageM()] });

/** Answers from a list of files, the first of which holds t.S. */
function fromFiles(files: readonly FileDescriptorProto[]): ReflectionScript['answer'] {
  const bytes = new Map(files.map((file) => [file.name, toBinary(FileDescriptorProtoSchema, file)]));
  const [main] = bytes.values();
  return (request: ReflectionRequest): ReflectionAnswer => {
    if (request.ask === 'list') return { services: ['t.S'] };
    if (request.ask === 'symbol' && /^t\.(S|M)\b/.test(request.name) && main) return { files: [main] };
    const file = request.ask === 'file' ? bytes.get(request.name) : undefined;
    if (file !== undefined) return { files: [file] };
    return { error: notFound, message: `not found: ${'name' in request ? request.name : request.ask}` };
  };
}

/** Every file imports one more. An answer brings a thousand of them, so that a limit is met soon. */
function endless(request: ReflectionRequest): ReflectionAnswer {
  const serialize = (file: FileDescriptorProto) => toBinary(FileDescriptorProtoSchema, file);
  if (request.ask === 'list') return { services: ['t.S'] };
  if (request.ask === 'symbol') return { files: [serialize(mainFile(['f0.proto']))] };
  const first = request.ask === 'file' ? Number(/^f(\d+)\.proto$/.exec(request.name)?.[1] ?? Number.NaN) : Number.NaN;
  if (Number.isNaN(first)) return { error: notFound, message: 'not found' };
  const numbers = Array.from({ length: 1000 }, (_, index) => first + index);
  return { files: numbers.map((number) => serialize(emptyFile(`f${number}.proto`, [`f${number + 1}.proto`]))) };
}

function fiveThousand(): FileDescriptorProto[] {
  const names = Array.from({ length: 5000 }, (_, index) => `dep${index}.proto`);
  return [mainFile(names), ...names.map((name) => emptyFile(name))];
}

const unary = new Map([['/t.S/U', messageWith('ok')]]);
const both = ['v1', 'v1alpha'] as const;
const script = (answer: ReflectionScript['answer']): ReflectionScript => ({ versions: both, answer, unary });

const scripts: ReadonlyMap<string, () => ReflectionScript> = new Map([
  ['refl-v1alpha-only', () => ({ ...script(fromFiles([mainFile()])), versions: ['v1alpha'] })],
  [
    'refl-denied',
    () => ({ ...script(fromFiles([])), refuse: { code: 7, message: 'reflection is off in production' } }),
  ],
  ['refl-cycle', () => script(fromFiles([mainFile(['b.proto']), emptyFile('b.proto', ['a.proto'])]))],
  ['refl-self-import', () => script(fromFiles([mainFile(['a.proto'])]))],
  ['refl-missing-import', () => script(fromFiles([mainFile(['gone.proto'])]))],
  ['refl-duplicate-symbol', () => script(fromFiles([mainFile(['b.proto']), sameAgain('b.proto')]))],
  ['refl-infinite', () => script(endless)],
  ['refl-5000-files', () => script(fromFiles(fiveThousand()))],
  [
    'refl-names-ansi',
    () => {
      const answer = fromFiles([mainFile()]);
      return script((request) => (request.ask === 'list' ? { services: hostileNames } : answer(request)));
    },
  ],
  ['refl-path-traversal', () => script(fromFiles([mainFile([], '../../../../x/evil.proto')]))],
  ['disk-full-export', () => script(fromFiles([mainFile()]))],
]);

/** What the server of a fault tells; throws for a fault that nobody defined. */
export function reflectionScript(fault: string): ReflectionScript {
  const make = scripts.get(fault);
  if (make === undefined) throw new Error(`no descriptors for ${fault}`);
  return make();
}
