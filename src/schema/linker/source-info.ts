// Source code info: where the declarations of a file stand and which comments belong to them.
import type { SourceCodeInfo, SourceCodeInfo_Location } from '@bufbuild/protobuf/wkt';
import { newMessage } from '../descriptor-message.ts';
import { commentsAfter } from './comments.ts';
import type { Draft } from './draft.ts';
import type { Statement } from './outline.ts';
import { placeOf, type SourceText } from './source-text.ts';

/** The source code info of a file: a location for every declaration, none for their parts. */
export function sourceInfo({ file, locations }: Draft): SourceCodeInfo {
  const { source } = file;
  const whole = newMessage<SourceCodeInfo_Location>('SourceCodeInfo.Location', {
    span: spanOf(source, 0, source.tokens.length - 1),
  });
  const all = locations.map(({ path, statement }) => locationOf(source, path, statement));
  return newMessage<SourceCodeInfo>('SourceCodeInfo', { location: [whole, ...all] });
}

function locationOf(source: SourceText, path: readonly number[], statement: Statement): SourceCodeInfo_Location {
  const before = commentsAfter(source, statement.first - 1);
  const { trailing } = commentsAfter(source, statement.end);
  const location = newMessage<SourceCodeInfo_Location>('SourceCodeInfo.Location', {
    path: [...path],
    span: spanOf(source, statement.first, statement.close),
    leadingDetachedComments: [...before.detached],
  });
  if (before.leading !== '') location.leadingComments = before.leading;
  if (trailing !== '') location.trailingComments = trailing;
  return location;
}

// From zero: line and column, then line, if it is another, and column of the end.
function spanOf(source: SourceText, first: number, last: number): number[] {
  const start = placeOf(source, source.tokens[first]?.start ?? 0);
  const end = placeOf(source, source.tokens[last]?.end ?? 0);
  const lines = start.line === end.line ? [] : [end.line - 1];
  return [start.line - 1, start.column - 1, ...lines, end.column - 1];
}
