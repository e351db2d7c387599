// What stands for `${NAME}` in a saved request: variables of the run, values of the session, the environment.
import { filledDocument, filledText } from '../codec/document-variables.ts';
import { Flags } from '../commands/flags.ts';
import { readSaved, type SavedRequest, savedNames } from '../commands/saved-requests.ts';
import { UserError } from '../errors.ts';
import { agreeToSettings } from './profile.ts';
import type { Repl } from './state.ts';
import { jsonOfReference } from './variables.ts';

/** Names and the values that stand for them. */
export type Variables = ReadonlyMap<string, unknown>;

/** A saved request that can be sent: its documents, and the flags of its line. */
export interface FilledRequest {
  readonly documents: readonly string[];
  readonly flagWords: readonly string[];
}

/**
 * Fills a saved request in. Throws UserError 2 for a name that nothing stands behind, and where the project's file would
 * send what is in the environment to an address that the project names, and nobody has agreed to that.
 */
export async function filledRequest(repl: Repl, request: SavedRequest, variables: Variables): Promise<FilledRequest> {
  const fromEnvironment = new Set<string>();
  const documents = request.documents.map((text) =>
    filledDocument(text, (name) => valueBehind(repl, request, name, variables, (found) => fromEnvironment.add(found))),
  );
  // What is not known here is the environment's, which the metadata's own reader asks.
  const headers = request.metadata.map((header) =>
    filledText(header, (name) =>
      variables.has(name) || repl.lets.has(name) ? known(repl, name, variables) : `\${${name}}`,
    ),
  );
  const flags = repl.flags.over(new Flags());
  flags.set('header', [...flags.list('header'), ...headers]);
  await agreeToSettings(
    repl,
    flags,
    [...fromEnvironment].map((name) => `\${${name}} in the request ${request.name}`),
  );
  const deadline = request.deadline === undefined ? [] : ['--deadline', request.deadline];
  return { documents, flagWords: [...headers.flatMap((header) => ['-H', header]), ...deadline] };
}

function known(repl: Repl, name: string, variables: Variables): unknown {
  return variables.has(name) ? variables.get(name) : repl.lets.get(name);
}

function valueBehind(
  repl: Repl,
  { path }: SavedRequest,
  name: string,
  variables: Variables,
  onEnvironment: (name: string) => void,
): unknown {
  if (variables.has(name)) return variables.get(name);
  const json = jsonOfReference(name, repl.scope);
  if (json !== undefined) {
    if (/^env\b/.test(name)) onEnvironment(name);
    return JSON.parse(json) as unknown;
  }
  const value = repl.io.env[name];
  if (value === undefined) {
    throw new UserError(2, `${path}: nothing stands for \${${name}}`, {
      hint: `let ${/^[A-Za-z_]\w*$/.test(name) ? name : 'NAME'} = VALUE, a variable of the environment, or run --each`,
    });
  }
  onEnvironment(name);
  return value;
}

/** The request document of a saved request, for a form: variables stay in it as they are. Undefined if there is none. */
export function savedDraft(repl: Repl, name: string): string | undefined {
  if (!savedNames(repl.io).includes(name)) return undefined;
  return readSaved(repl.io, name).documents[0];
}
