// The long lists that completion looks through: methods, services, types, commands. Each is made once for what is known,
// since preparing tens of thousands of names takes longer than a key may.
import type { CompletionItem } from '../prompt/line.ts';
import { kindWords } from '../render/list.ts';
import { type Catalog, shortName } from './catalog.ts';
import { lineCommands } from './run-line.ts';
import type { Repl } from './state.ts';
import { replCommands } from './table.ts';

/** Names, always the same array for the same things, and what stands behind each. */
export interface CompletionSource {
  readonly names: readonly string[];
  readonly item: (index: number) => CompletionItem;
}

/** A source of items that are at hand. */
export function sourceOf(items: readonly CompletionItem[]): CompletionSource {
  return { names: items.map((item) => item.text), item: (index) => items[index] as CompletionItem };
}

/** Names of one kind; an item is made for those that are shown alone. */
function namesOf(names: readonly string[], kind: string): CompletionSource {
  return { names, item: (index) => ({ text: names[index] as string, kind }) };
}

/** Both, one behind the other. */
export function joinedSource(first: CompletionSource, second: CompletionSource): CompletionSource {
  const { length } = first.names;
  return {
    names: first.names.concat(second.names),
    item: (index) => (index < length ? first.item(index) : second.item(index - length)),
  };
}

/** All commands. */
export const commandNames: CompletionSource = sourceOf(
  [...lineCommands, ...replCommands].map((row) => ({ text: row.name, kind: 'command', comment: row.summary })),
);

const nothing = sourceOf([]);

/** Makes the source of a key once. */
function kept<Key extends object>(make: (key: Key) => CompletionSource): (key: Key) => CompletionSource {
  const made = new WeakMap<Key, CompletionSource>();
  return (key) => {
    const source = made.get(key) ?? make(key);
    made.set(key, source);
    return source;
  };
}

const methodsOf = kept((catalog: Catalog) =>
  sourceOf(
    catalog.methods.map((method) => ({
      text: shortName(method, catalog),
      kind: kindWords[method.methodKind],
      comment: method.parent.typeName,
    })),
  ),
);
const servicesOf = kept((catalog: Catalog) => namesOf(catalog.services, 'service'));
const firstOf = kept((catalog: Catalog) => joinedSource(methodsOf(catalog), commandNames));

/** Everything that can be described; made anew when more types are known. */
const symbols = new WeakMap<
  Catalog,
  { readonly types: readonly string[] | undefined; readonly source: CompletionSource }
>();

function symbolsOf(catalog: Catalog, types: readonly string[] | undefined): CompletionSource {
  const known = symbols.get(catalog);
  if (known && known.types === types) return known.source;
  const used = catalog.methods.flatMap((method) => [method.input.typeName, method.output.typeName]);
  const services = new Set(catalog.services);
  const names = types?.filter((name) => !services.has(name)) ?? [...new Set(used)];
  const source = joinedSource(joinedSource(methodsOf(catalog), servicesOf(catalog)), namesOf(names, 'type'));
  symbols.set(catalog, { types, source });
  return source;
}

/** What a line may begin with. */
export function firstWords({ known }: Repl): CompletionSource {
  return known ? firstOf(known) : commandNames;
}

/** The methods, each by its shortest name. */
export function methodNames({ known }: Repl): CompletionSource {
  return known ? methodsOf(known) : nothing;
}

/** The services by their full names. */
export function serviceNames({ known }: Repl): CompletionSource {
  return known ? servicesOf(known) : nothing;
}

/** Everything that can be described: methods, services and types. */
export function symbolNames({ known, types }: Repl): CompletionSource {
  return known ? symbolsOf(known, types) : nothing;
}
