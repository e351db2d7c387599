// A path template as an OpenAPI path: one parameter for each wildcard, with what it was in the template beside it.
import type { DescField, DescMessage } from '@bufbuild/protobuf';
import { resolveFieldPath } from './field-path.ts';
import { description } from './openapi-comments.ts';
import type { Node, Schemas } from './openapi-schema.ts';
import type { PathTemplate, TemplateVariable } from './path-template.ts';
import { singularOf } from './plural.ts';
import { lowerCamel, splitWords } from './words.ts';

/** The path with parameters in braces, and the parameters in its order. */
export interface OpenApiPath {
  readonly path: string;
  /** The path without the names of its parameters: OpenAPI allows one name for each place only. */
  readonly shape: string;
  readonly parameters: readonly Node[];
}

/**
 * Expands a template: `/v1/{name=shelves/STAR/books/STAR}` becomes `/v1/shelves/{shelf}/books/{book}`. A variable of one
 * segment keeps its field's name.
 */
export function openApiPath(template: PathTemplate, request: DescMessage, schemas: Schemas): OpenApiPath {
  const taken = new Set<string>();
  const parameters: Node[] = [];
  const segments = template.segments.map((segment, index) => {
    if (!segment.startsWith('*')) return segment;
    const variable = template.variables.find(({ start, end }) => start <= index && index < end);
    const name = unused(parameterName(template, index, variable), taken);
    parameters.push(parameter(name, segment, variable, request, schemas));
    return `{${name}}`;
  });
  const verb = template.verb === '' ? '' : `:${template.verb}`;
  const path = `/${segments.join('/')}${verb}`;
  return { path, shape: path.replace(/\{[^}]*\}/g, '{}'), parameters };
}

function parameterName(template: PathTemplate, index: number, variable: TemplateVariable | undefined): string {
  if (variable !== undefined && variable.end - variable.start === 1) return variable.path;
  const before = template.segments[index - 1];
  if (before === undefined || before.startsWith('*')) return variable?.path ?? 'segment';
  const words = splitWords(before);
  return words.length === 0 ? 'segment' : lowerCamel([...words.slice(0, -1), singularOf(words.at(-1)!)]);
}

function unused(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}_${number}`;
  taken.add(free);
  return free;
}

function parameter(
  name: string,
  segment: string,
  variable: TemplateVariable | undefined,
  request: DescMessage,
  schemas: Schemas,
): Node {
  const field = variable === undefined ? undefined : leafOf(request, variable.path);
  const alone = variable !== undefined && variable.end - variable.start === 1;
  return {
    name,
    in: 'path',
    required: true,
    ...(field === undefined ? {} : alone ? description(field) : { description: `Part of \`${variable?.path}\`.` }),
    schema: alone && field !== undefined ? schemas.ofField(field) : { type: 'string' },
    ...(variable === undefined ? {} : { 'x-proto-field': variable.path }),
    ...(segment === '**' ? { 'x-multi-segment': true } : {}),
  };
}

function leafOf(request: DescMessage, path: string): DescField | undefined {
  const fields = resolveFieldPath(request, path);
  return typeof fields === 'string' ? undefined : fields.at(-1);
}
