// Whether an HTTP rule fits the method it stands on: fields that exist and can be where the rule puts them.
import type { DescMethod } from '@bufbuild/protobuf';
import { quoted } from '../schema/quote.ts';
import { resolveVariable } from './field-path.ts';
import type { HttpBinding } from './rest.ts';

/** What is wrong with a binding on this method, or undefined. Column 1-based in the template, 0 if it is not about it. */
export function bindingProblem(
  method: DescMethod,
  binding: HttpBinding,
): { readonly column: number; readonly reason: string } | undefined {
  for (const { path } of binding.template.variables) {
    const fields = resolveVariable(method.input, path);
    if (typeof fields === 'string') return { column: binding.template.text.indexOf(`{${path}`) + 2, reason: fields };
    if (binding.body !== '*' && binding.body === path)
      return { column: 0, reason: `${path} is in the path and the body` };
  }
  const { body, responseBody } = binding;
  if (body !== '' && body !== '*' && !method.input.fields.some(({ name }) => name === body)) {
    return { column: 0, reason: `body ${quoted(body)}: ${method.input.typeName} has no such field` };
  }
  if (responseBody !== '' && !method.output.fields.some(({ name }) => name === responseBody)) {
    return {
      column: 0,
      reason: `response_body ${quoted(responseBody)}: ${method.output.typeName} has no such field`,
    };
  }
  return undefined;
}
