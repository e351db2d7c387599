// Files in the order in which they can be linked, dependencies first; a cycle is named with the import that closes it.
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { builtinFile } from '../builtin/builtin.ts';
import type { Draft } from './draft.ts';
import { importsOf } from './draft-file.ts';
import type { LinkInput } from './link.ts';
import { errorAt } from './source-text.ts';

interface Visit {
  readonly proto: FileDescriptorProto;
  next: number;
}

/**
 * The drafts and the carried files that they import, each once, dependencies first.
 *
 * @throws UserError code 4 when a file imports itself, directly or through others.
 */
export function inLinkOrder(drafts: readonly Draft[]): LinkInput[] {
  const byName = new Map(drafts.map((draft) => [draft.proto.name, draft]));
  const done = new Set<FileDescriptorProto>();
  const open = new Set<FileDescriptorProto>();
  for (const { proto } of byName.values()) {
    // A stack of our own: chains of imports may be longer than the call stack.
    const path: Visit[] = [];
    const enter = (file: FileDescriptorProto): void => {
      if (done.has(file)) return;
      open.add(file);
      path.push({ proto: file, next: 0 });
    };
    enter(proto);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const imported = importedNames(top.proto)[top.next];
      if (imported === undefined) {
        path.pop();
        done.add(top.proto);
        open.delete(top.proto);
        continue;
      }
      const next = byName.get(imported)?.proto ?? builtinFile(imported);
      if (next && open.has(next)) throw cycle(byName, path, next);
      top.next++;
      if (next) enter(next);
    }
  }
  return [...done].map((proto) => {
    const draft = byName.get(proto.name);
    return draft?.proto === proto ? { draft } : { builtin: proto };
  });
}

function importedNames(proto: FileDescriptorProto): string[] {
  return proto.optionDependency.length === 0 ? proto.dependency : [...proto.dependency, ...proto.optionDependency];
}

function cycle(byName: ReadonlyMap<string, Draft>, path: readonly Visit[], next: FileDescriptorProto): Error {
  const last = path.at(-1);
  const names = [
    ...path.slice(path.findIndex(({ proto }) => proto === next)).map(({ proto }) => proto.name),
    next.name,
  ];
  const steps = names.length > 8 ? [...names.slice(0, 6), '…', next.name] : names;
  const draft = byName.get(last?.proto.name ?? '');
  if (!last || !draft) return new Error(`import cycle in carried files at ${next.name}`);
  const at = importsOf(draft.file).filter(({ kind }) => kind !== 'option')[last.next] ?? importsOf(draft.file)[0];
  const what = names.length === 2 ? `${next.name} imports itself` : `import cycle: ${steps.join(' imports ')}`;
  return errorAt(draft.file.source, at?.token, what, 'move what they share into a file of its own');
}
