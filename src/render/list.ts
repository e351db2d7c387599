// `list`: names one a line, and the long form with what kind each method is.
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import type { Style } from './style.ts';
import { alignedTable, type TableWriter } from './table.ts';
import { visible } from './visible.ts';

/** How a method is reached by REST, as far as a list shows it. */
export interface ListedRest {
  readonly httpMethod: string;
  /** Path template, such as `/v1/{name=shelves/*}`. */
  readonly template: string;
  readonly body?: string | undefined;
  readonly source: string;
  readonly confidence?: string | undefined;
}

export interface ListOptions {
  /** Kind, types and HTTP rule of each method too. */
  readonly long: boolean;
  /** The REST form of a method; undefined for one that has none. */
  readonly rest?: ((method: DescMethod) => ListedRest | undefined) | undefined;
}

export interface MethodsOptions extends ListOptions {
  readonly style: Style;
  /** `pkg.Svc.Method` instead of `pkg.Svc/Method`. */
  readonly grammar?: 'grepl' | 'grpcurl' | undefined;
  /** Writes the long form; see `loadTableWriter`. */
  readonly table?: TableWriter | undefined;
}

/** The kinds of methods as people say them. */
export const kindWords: Readonly<Record<DescMethod['methodKind'], string>> = {
  unary: 'unary',
  server_streaming: 'server stream',
  client_streaming: 'client stream',
  bidi_streaming: 'bidi stream',
};

/** Names, sorted, one a line; `(No services)` if there are none. */
export function renderList(names: readonly string[], none = '(No services)'): string {
  if (names.length === 0) return `${none}\n`;
  return [...names]
    .sort(byCodeUnit)
    .map((name) => `${visible(name)}\n`)
    .join('');
}

/** The methods of a service, or of several, sorted, one a line; the long form in columns. */
export function renderMethods(services: DescService | readonly DescService[], options: MethodsOptions): string {
  const all = 'kind' in services ? [services] : [...services].sort((a, b) => byCodeUnit(a.typeName, b.typeName));
  const methods = all.flatMap(sortedMethods);
  const separator = options.grammar === 'grpcurl' ? '.' : '/';
  const nameOf = (method: DescMethod): string => `${method.parent.typeName}${separator}${method.name}`;
  if (!options.long || methods.length === 0) return renderList(methods.map(nameOf), '(No methods)');
  const rows = methods.map((method) => {
    const row = [nameOf(method), kindWords[method.methodKind], method.input.typeName, method.output.typeName];
    const rest = options.rest?.(method);
    if (options.rest) row.push(rest ? restWords(rest) : '');
    return row.map((cell) => visible(cell));
  });
  const head = ['METHOD', 'KIND', 'REQUEST', 'RESPONSE'];
  if (options.rest) head.push('REST');
  return (options.table ?? alignedTable)(head, rows, options.style);
}

function restWords(rest: ListedRest): string {
  const body = rest.body === undefined || rest.body === '' ? '' : `  body ${rest.body}`;
  return `${rest.httpMethod} ${rest.template}${body}${rest.source === 'declared' ? '' : `  (${rest.source})`}`;
}

/** Services as documents: names, and in the long form kind, types and REST form of each method. */
export function listJson(services: readonly DescService[], options: ListOptions): unknown[] {
  return services.map((service) => ({
    name: service.typeName,
    methods: sortedMethods(service).map((method) => {
      const name = `${service.typeName}/${method.name}`;
      if (!options.long) return name;
      const document: Record<string, unknown> = { name, kind: method.methodKind };
      document.request = method.input.typeName;
      document.response = method.output.typeName;
      const rest = options.rest?.(method);
      if (rest !== undefined) document.rest = rest;
      return document;
    }),
  }));
}

function sortedMethods(service: DescService): DescMethod[] {
  return [...service.methods].sort((a, b) => byCodeUnit(a.name, b.name));
}

function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
