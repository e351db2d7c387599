// Comments of proto source by the path of the element they belong to (descriptor.proto, SourceCodeInfo).
import type { FileDescriptorProto, SourceCodeInfo_Location } from '@bufbuild/protobuf/wkt';

/** The comments of one element, as lines without `//`; empty where there are none. */
export interface Comments {
  readonly detached: readonly (readonly string[])[];
  readonly leading: readonly string[];
  readonly trailing: readonly string[];
}

const none: Comments = { detached: [], leading: [], trailing: [] };
const locationsOf = new WeakMap<FileDescriptorProto, ReadonlyMap<string, SourceCodeInfo_Location>>();

function location(file: FileDescriptorProto, path: readonly number[]): SourceCodeInfo_Location | undefined {
  let locations = locationsOf.get(file);
  if (locations === undefined) {
    locations = new Map((file.sourceCodeInfo?.location ?? []).map((each) => [each.path.join(','), each]));
    locationsOf.set(file, locations);
  }
  return locations.get(path.join(','));
}

/** The comments of the element at `path`. */
export function commentsAt(file: FileDescriptorProto, path: readonly number[]): Comments {
  const found = location(file, path);
  if (found === undefined) return none;
  return {
    detached: found.leadingDetachedComments.map(lines),
    leading: lines(found.leadingComments),
    trailing: lines(found.trailingComments),
  };
}

/**
 * Line and column (from 0) where the element at `path` begins; where only the statement has a position that declares
 * several elements (`reserved`, `extensions`), that one. Undefined without source information.
 */
export function positionOf(file: FileDescriptorProto, path: readonly number[]): readonly [number, number] | undefined {
  const span = (location(file, path) ?? location(file, path.slice(0, -1)))?.span;
  return span === undefined || span.length < 3 ? undefined : [span[0]!, span[1]!];
}

/** A comment's lines with `//` in front. */
export function commentLines(comment: readonly string[]): string[] {
  return comment.map((line) => (line === '' ? '//' : `//${/^[\s/]/.test(line) ? '' : ' '}${line}`));
}

function lines(comment: string): string[] {
  if (comment === '') return [];
  const all = comment.split(/\r\n|\n|\r/).map((line) => line.trimEnd());
  while (all.length > 0 && all.at(-1) === '') all.pop();
  while (all.length > 0 && all[0] === '') all.shift();
  return all;
}
