// The schema's own comments, which become descriptions (descriptor.proto, SourceCodeInfo).
import type { DescEnum, DescEnumValue, DescField, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';

type Documented = DescService | DescMethod | DescMessage | DescField | DescEnum | DescEnumValue;

/** `{ description }` from the comment in front of an element, else behind it; empty where there is none. */
export function description(element: Documented): { description?: string } {
  const path = pathOf(element);
  const text = path === undefined ? '' : commentOf(fileOf(element), path);
  return text === '' ? {} : { description: text };
}

/** The description of a method with its first sentence as the summary, where there is more than that. */
export function summaryAndDescription(method: DescMethod): { summary?: string; description?: string } {
  const { description: text } = description(method);
  if (text === undefined) return {};
  const first = /^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
  const summary = first.replace(/\s+/g, ' ').replace(/\.$/, '');
  return first.length === text.length ? { summary } : { summary, description: text };
}

function fileOf(element: Documented): FileDescriptorProto {
  if (element.kind === 'field' || element.kind === 'enum_value' || element.kind === 'rpc')
    return element.parent.file.proto;
  return element.file.proto;
}

// Field numbers of descriptor.proto: services 6, methods 2; messages 4, nested ones 3, fields 2; enums 5 or 4, values 2.
function pathOf(element: Documented): readonly number[] | undefined {
  switch (element.kind) {
    case 'service':
      return step([], 6, element.file.proto.service, element.proto);
    case 'rpc':
      return step(pathOf(element.parent), 2, element.parent.proto.method, element.proto);
    case 'message':
      return element.parent === undefined
        ? step([], 4, element.file.proto.messageType, element.proto)
        : step(pathOf(element.parent), 3, element.parent.proto.nestedType, element.proto);
    case 'enum':
      return element.parent === undefined
        ? step([], 5, element.file.proto.enumType, element.proto)
        : step(pathOf(element.parent), 4, element.parent.proto.enumType, element.proto);
    case 'field':
      return step(pathOf(element.parent), 2, element.parent.proto.field, element.proto);
    case 'enum_value':
      return step(pathOf(element.parent), 2, element.parent.proto.value, element.proto);
  }
}

function step<T>(
  path: readonly number[] | undefined,
  fieldNumber: number,
  siblings: readonly T[],
  element: T,
): readonly number[] | undefined {
  const index = siblings.indexOf(element);
  return path === undefined || index < 0 ? undefined : [...path, fieldNumber, index];
}

const commentsOf = new WeakMap<FileDescriptorProto, ReadonlyMap<string, string>>();

function commentOf(file: FileDescriptorProto, path: readonly number[]): string {
  let comments = commentsOf.get(file);
  if (comments === undefined) {
    const locations = file.sourceCodeInfo?.location ?? [];
    comments = new Map(locations.map((each) => [each.path.join(), each.leadingComments || each.trailingComments]));
    commentsOf.set(file, comments);
  }
  return tidy(comments.get(path.join()) ?? '');
}

/** Without the blank that follows `//`, and without lines that only tools read. */
function tidy(comment: string): string {
  const lines = comment.split(/\r\n|\n|\r/).map((line) => line.replace(/^ /, '').trimEnd());
  return lines
    .filter((line) => !/^\(--|^buf:lint|^protolint:/.test(line))
    .join('\n')
    .trim();
}
