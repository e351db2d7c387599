// The methods to pick from, each with what it takes and gives, its REST path and what its author says of it.
import type { DescMethod } from '@bufbuild/protobuf';
import { restRules } from '../commands/rest-options.ts';
import { UserError } from '../errors.ts';
import type { PickRow } from '../prompt/pick.ts';
import { kindWords } from '../render/list.ts';
import { commentsAt } from '../render/proto-comments.ts';
import { marks, type Style } from '../render/style.ts';
import { visible } from '../render/visible.ts';
import { type Catalog, methodName, shortName } from './catalog.ts';
import type { Repl } from './state.ts';

const kindMarks: Readonly<Record<DescMethod['methodKind'], readonly [unicode: string, ascii: string]>> = {
  unary: ['→', '>'],
  server_streaming: ['⇉', '>>'],
  client_streaming: ['⇇', '<<'],
  bidi_streaming: ['⇄', '<>'],
};

/** Gives the REST path of a method, as far as there is one: `GET /v1/{name=shelves/*}`. */
export type PathOf = (method: DescMethod) => string | undefined;

/** The REST paths by the rules of the session; none where the rules cannot be read. */
export async function pathsOf(repl: Repl): Promise<PathOf> {
  if (repl.flags.text('rest') === 'off') return () => undefined;
  try {
    const rules = await restRules(repl.flags, repl.io);
    return (method) => {
      const [binding] = rules.routeOf(method).bindings;
      return binding && `${binding.httpMethod} ${binding.template.text}`;
    };
  } catch (error) {
    if (error instanceof UserError) return () => undefined;
    throw error;
  }
}

/** The methods of a catalog as rows; those of the service in use come first. Without `pathOf` only types are told. */
export function methodRows(catalog: Catalog, repl: Repl, style: Style, pathOf: PathOf | undefined): PickRow[] {
  const isOwn = (method: DescMethod): boolean => method.parent.typeName === repl.service;
  const methods = [...catalog.methods.filter(isOwn), ...catalog.methods.filter((method) => !isOwn(method))];
  return methods.map((method) => ({
    label: visible(shortName(method, catalog)),
    detail: visible(method.parent.typeName),
    // Worked out for the row that is looked at, and not for thousands.
    get description() {
      return described(method, pathOf, style);
    },
    mark: kindMarks[method.methodKind][style.ascii ? 1 : 0],
    key: methodName(method),
  }));
}

/** `unary GetItemRequest → Item · GET /v1/items/{id} · Gets one item.` */
function described(method: DescMethod, pathOf: PathOf | undefined, style: Style): string {
  const { toServer, between } = marks(style);
  const types = `${kindWords[method.methodKind]} ${method.input.name} ${toServer} ${method.output.name}`;
  if (pathOf === undefined) return visible(types);
  const parts = [types, pathOf(method), commentOf(method)].filter((part) => part !== undefined && part !== '');
  return visible(parts.join(` ${between} `));
}

// Field numbers of descriptor.proto: service 6, its methods 2.
function commentOf({ parent, proto }: DescMethod): string | undefined {
  const path = [6, parent.file.proto.service.indexOf(parent.proto), 2, parent.proto.method.indexOf(proto)];
  return commentsAt(parent.file.proto, path).leading[0]?.trim();
}
