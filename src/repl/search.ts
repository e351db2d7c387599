// `find`: names and comments of everything that .proto files declare.
import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { commentsAt } from '../render/proto-comments.ts';

/** Something found. */
export interface Hit {
  readonly name: string;
  readonly kind: string;
  /** First line of its comment, or '' */
  readonly comment: string;
}

interface Element {
  readonly name: string;
  readonly kind: string;
  readonly path: readonly number[];
}

/** What has `text` in its own name or its comments, whatever the case; names before comments, then in order of files. */
export function searchSchema(files: readonly FileDescriptorProto[], text: string): Hit[] {
  const wanted = text.toLowerCase();
  const byName: Hit[] = [];
  const byComment: Hit[] = [];
  // What everybody knows comes last.
  const isGoogle = (file: FileDescriptorProto): boolean => file.package.startsWith('google.');
  for (const file of [...files.filter((one) => !isGoogle(one)), ...files.filter(isGoogle)]) {
    for (const { name, kind, path } of elements(file)) {
      const { leading, trailing } = commentsAt(file, path);
      const comment = [...leading, ...trailing].map((line) => line.trim()).filter((line) => line !== '');
      const hit: Hit = { name, kind, comment: comment[0] ?? '' };
      const own = name.slice(name.lastIndexOf(kind === 'method' ? '/' : '.') + 1);
      if (own.toLowerCase().includes(wanted)) byName.push(hit);
      else if (comment.join(' ').toLowerCase().includes(wanted)) byComment.push(hit);
    }
  }
  return [...byName, ...byComment];
}

// Field numbers of descriptor.proto: the path of an element in SourceCodeInfo is made of them.
function* elements(file: FileDescriptorProto): Generator<Element> {
  const scope = file.package === '' ? '' : `${file.package}.`;
  for (const [at, service] of file.service.entries()) {
    const name = `${scope}${service.name}`;
    yield { name, kind: 'service', path: [6, at] };
    for (const [index, method] of service.method.entries())
      yield { name: `${name}/${method.name}`, kind: 'method', path: [6, at, 2, index] };
  }
  for (const [at, message] of file.messageType.entries()) yield* messageElements(message, scope, [4, at]);
  for (const [at, one] of file.enumType.entries()) yield* enumElements(one, scope, [5, at]);
}

function* messageElements(message: DescriptorProto, scope: string, path: readonly number[]): Generator<Element> {
  if (message.options?.mapEntry) return;
  const name = `${scope}${message.name}`;
  yield { name, kind: 'message', path };
  for (const [at, field] of message.field.entries())
    yield { name: `${name}.${field.name}`, kind: 'field', path: [...path, 2, at] };
  for (const [at, nested] of message.nestedType.entries()) yield* messageElements(nested, `${name}.`, [...path, 3, at]);
  for (const [at, one] of message.enumType.entries()) yield* enumElements(one, `${name}.`, [...path, 4, at]);
}

function* enumElements(one: EnumDescriptorProto, scope: string, path: readonly number[]): Generator<Element> {
  const name = `${scope}${one.name}`;
  yield { name, kind: 'enum', path };
  for (const [at, value] of one.value.entries())
    yield { name: `${name}.${value.name}`, kind: 'enum value', path: [...path, 2, at] };
}
