// What must not be shown: values of metadata that carry credentials, and values that came from file or environment.
import type { Metadata } from '../wire/metadata.ts';
import type { Session } from './session.ts';

const secretName =
  /^(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|api-key|.*-(?:token|secret|key|password))$/;

/** True for a metadata name whose value is a credential by custom. */
export function isSecretName(name: string): boolean {
  return secretName.test(name.toLowerCase());
}

/**
 * The session's metadata fit to be printed: a value given as `${NAME}` is shown so again, other credentials keep their
 * scheme and their last four characters.
 */
export async function maskedMetadata(session: Session): Promise<Metadata> {
  const { flags } = session.args;
  const typed = new Map<string, string>();
  for (const text of [...flags.list('header'), ...flags.list('rpc-header')]) {
    const colon = text.indexOf(':');
    if (colon > 0 && /\$\{|^\s*@/.test(text.slice(colon + 1)))
      typed.set(text.slice(0, colon).trim().toLowerCase(), text.slice(colon + 1).trim());
  }
  const bearer = flags.text('bearer');
  if (bearer !== undefined && /\$\{/.test(bearer)) typed.set('authorization', `Bearer ${bearer}`);
  return (await session.metadata()).map(([name, value]) => [name, typed.get(name) ?? masked(name, value)] as const);
}

/** A credential as `Bearer ****c91f`; other values as they are. */
export function masked(name: string, value: string): string {
  if (!isSecretName(name)) return value;
  const [, scheme = '', secret = ''] = /^([A-Za-z]+ )?([\s\S]*)$/.exec(value) ?? [];
  return `${scheme}****${secret.length > 12 ? secret.slice(-4) : ''}`;
}
