// What to say when a name fits nothing: the nearest names, or what there is to choose from.
import type { DescService } from '@bufbuild/protobuf';
import { UserError } from '../errors.ts';
import { nearest } from './nearest.ts';
import { shown } from './quote.ts';
import type { Schema } from './schema.ts';

const listed = 12;

/** «did you mean a or b?», comparing whole names and last parts; if nothing is near, the names there are, if few. */
export function didYouMean(word: string, names: readonly string[]): string | undefined {
  const byName = new Set(nearest(word, names));
  const last = lastPart(word);
  const near = new Set(nearest(last, names.map(lastPart)));
  for (const name of names) if (byName.size < 5 && near.has(lastPart(name))) byName.add(name);
  if (byName.size > 0) return `did you mean ${[...byName].map(shown).join(' or ')}?`;
  if (names.length === 0) return undefined;
  return `there ${names.length === 1 ? 'is' : 'are'} ${some(names)}`;
}

/** «it has A, B, …», the methods nearest to `word` first. */
export function methodsOf(service: DescService, word = ''): string {
  const names = service.methods.map(({ name }) => name).sort();
  if (names.length === 0) return 'it has no methods';
  const first = word === '' ? [] : nearest(word, names);
  return `it has ${some([...new Set([...first, ...names])])}`;
}

/** A service that is listed by the source but whose file it does not have. */
export function describesNothing(schema: Schema, service: string): UserError {
  const isHealth = service === 'grpc.health.v1.Health';
  return new UserError(4, `${shown(schema.name)} lists ${shown(service)} but does not describe it`, {
    hint: `${isHealth ? 'grepl health ADDRESS asks it; or ' : ''}give its files with --proto or --protoset`,
  });
}

/** The first names of a list, with a mark where more follow. */
export function some(names: readonly string[]): string {
  return [...names.slice(0, listed).map(shown), ...(names.length > listed ? ['…'] : [])].join(', ');
}

function lastPart(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.lastIndexOf('/')) + 1);
}
