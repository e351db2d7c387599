// The run's metadata as it may be printed: without credentials, and without what came from a file or the environment.
import { masked } from '../wire/credentials.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Session } from './session.ts';

/**
 * The session's metadata fit to be printed: a value given as `${NAME}` or `@FILE` is shown so again, other credentials
 * keep their scheme and their last four characters.
 */
export async function maskedMetadata(session: Session): Promise<Metadata> {
  const { flags } = session.args;
  const bearer = flags.text('bearer');
  // In the order in which the metadata was made of them.
  const typed = [
    ...(bearer === undefined ? [] : [`Bearer ${bearer}`]),
    ...[...flags.list('header'), ...flags.list('rpc-header')].map((text) => text.slice(text.indexOf(':') + 1).trim()),
  ];
  return (await session.metadata()).map(([name, value], at) => {
    const text = typed[at] ?? '';
    return [name, /^(?:Bearer )?@|\$\{/.test(text) ? text : masked(name, value)] as const;
  });
}
