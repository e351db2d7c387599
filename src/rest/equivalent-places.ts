// Where a method's request fields go before any request is known.
import type { DescMessage } from '@bufbuild/protobuf';
import type { FieldPlace, HttpBinding } from './rest.ts';

/** The place of each field of a request type under a binding: variables first, then the fields in their order. */
export function templatePlaces(input: DescMessage, binding: HttpBinding): FieldPlace[] {
  const places = binding.template.variables.map(({ path }): FieldPlace => ({ field: path, place: 'path' }));
  const bound = new Set(places.map(({ field }) => field));
  for (const { name } of input.fields) {
    if (bound.has(name)) continue;
    const place = binding.body === '*' ? 'body' : binding.body === name ? `body.${name}` : 'query';
    places.push({ field: name, place });
  }
  return places;
}
