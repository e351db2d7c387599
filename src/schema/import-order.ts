// Files in the order in which they can be built, dependencies first. Schemas come from strangers: cycles are named, and
// the depth of imports costs no stack.
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';
import { UserError } from '../errors.ts';
import { shown } from './quote.ts';

interface Visit {
  readonly file: FileDescriptorProto;
  next: number;
}

/**
 * The files and everything they import, each once, dependencies first. `get` finds an import by name; those it does
 * not find are left out.
 *
 * @throws UserError code 4 when a file imports itself, directly or through others.
 */
export function inImportOrder(
  roots: readonly FileDescriptorProto[],
  get: (name: string) => FileDescriptorProto | undefined,
): FileDescriptorProto[] {
  const done = new Set<FileDescriptorProto>();
  const open = new Set<FileDescriptorProto>();
  for (const root of roots) {
    const path: Visit[] = [];
    const enter = (file: FileDescriptorProto): void => {
      open.add(file);
      path.push({ file, next: 0 });
    };
    if (!done.has(root)) enter(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const name = top.file.dependency[top.next++];
      if (name === undefined) {
        path.pop();
        open.delete(top.file);
        done.add(top.file);
        continue;
      }
      const dependency = get(name);
      if (!dependency || done.has(dependency)) continue;
      if (open.has(dependency)) throw cycle([...path.map(({ file }) => file), dependency]);
      enter(dependency);
    }
  }
  return [...done];
}

function cycle(path: readonly FileDescriptorProto[]): UserError {
  const names = path.slice(path.indexOf(path.at(-1)!)).map(({ name }) => shown(name));
  const hint = 'no compiler accepts such files; correct the schema, or give it as files with --proto or --protoset';
  if (names.length === 2) return new UserError(4, `${names[0]} imports itself`, { hint });
  const steps = names.length > 8 ? [...names.slice(0, 6), '…', names.at(-1)] : names;
  return new UserError(4, `import cycle: ${steps.join(' imports ')}`, { hint });
}
