// FIELD=VALUE words → a request document, so that words, `-d` and stdin share one reader and one kind of error.
import type { DescMessage } from '@bufbuild/protobuf';
import { UserError } from '../errors.ts';
import { quoted } from '../schema/quote.ts';
import type { RequestDocument } from './document-source.ts';
import { FieldAssigner } from './field-assign.ts';
import { messageShape } from './field-shape.ts';
import { parseTree, printTree, type Tree } from './field-tree.ts';
import { parseWord, type Word } from './field-word.ts';

export { fieldsFromJson } from './field-words.ts';

const from = 'FIELD=VALUE';

/**
 * The JSON document that words such as `a.b[0].c=v` stand for, or `base` with them put in. Fields by proto or JSON name:
 *
 * - `f=v` by the field's type: enums by name, number or unique end of the name; bool also yes and no; bytes as UTF-8
 *   text, or behind `hex:`, `base64:` or `text:`; a time in RFC 3339, a date or `now`; a duration such as `1.5s`, `250ms`.
 * - `f:=JSON`, `f=@FILE` (text, or the bytes of a bytes field, or JSON for a message), `f:=@FILE`; `@@` is a plain `@`.
 * - `tags=x` and `tags[]=x` append, `tags[0]=x` sets, `tags[-1]` is the last; `tags:=[…]` gives the whole list.
 * - `map.key=v`, `map[key]=v`, `map["any key"]=v`; `[pkg.extension]:=JSON`.
 *
 * Throws UserError 3 that names the word: not FIELD=VALUE, unknown field, value of another type, one field given twice,
 * two members of a oneof, an index behind the end. `readFile` gives a file's bytes; `now` the time.
 */
export function documentFromFields(
  message: DescMessage,
  words: readonly string[],
  readFile: (path: string) => Uint8Array,
  base?: RequestDocument,
  now: () => Date = () => new Date(),
): RequestDocument {
  if (words.length === 0 && base !== undefined) return base;
  const parsed = words.map(wordOf);
  const assigner = new FieldAssigner(readFile, now);
  let tree = base === undefined || base.text.trim() === '' ? undefined : baseTree(base);
  for (const word of parsed) tree = assigner.assign(tree, messageShape(message), word);
  const text = tree === undefined ? '{}' : printTree(tree);
  return { text, from: base === undefined ? from : `${base.from} with ${from}`, line: 1, column: 1 };
}

function wordOf(text: string): Word {
  const word = parseWord(text);
  if (typeof word !== 'string') return word;
  throw new UserError(3, `${quoted(text)} is not FIELD=VALUE: ${word}`, {
    hint: 'write a.b[0].c=value, or field:=JSON',
  });
}

function baseTree(base: RequestDocument): Tree {
  return parseTree(base.text, (at, reason) => {
    const lines = base.text.slice(0, at).split('\n');
    const last = [...lines.at(-1)!].length;
    const column = lines.length === 1 ? base.column + last : last + 1;
    throw new UserError(3, `${base.from}:${base.line + lines.length - 1}:${column}: ${reason}`);
  });
}
