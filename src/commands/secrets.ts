// What may be printed of a call: its metadata without credentials, and without what came from a file or the environment.
import type { Io } from '../io.ts';
import type { CallEvent } from '../rpc/event.ts';
import { isSecretName, masked } from '../wire/credentials.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Status } from '../wire/status.ts';
import type { Session } from './session.ts';

type Secrets = Pick<Io, 'secrets'>;

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
  const sent = await session.metadata();
  // grpcurl shows what is sent, not how it was given; what is known as a credential is not shown there either.
  if (session.grammar === 'grpcurl') return shownMetadata(sent, session.io);
  return sent.map(([name, value], at) => {
    const text = typed[at] ?? '';
    return [name, /^(?:Bearer )?@|\$\{/.test(text) ? text : shownValue(name, value, session.io)] as const;
  });
}

/** Metadata sent or received as it may be printed: credentials by their names masked, those that are known replaced. */
export function shownMetadata(metadata: Metadata, io: Secrets): Metadata {
  return metadata.map(([name, value]) => [name, shownValue(name, value, io)] as const);
}

function shownValue(name: string, value: string, { secrets }: Secrets): string {
  const known = secrets?.whole(value);
  if (known !== undefined) return known;
  return isSecretName(name) ? masked(name, value) : (secrets?.hide(value) ?? value);
}

/**
 * An event of a call as it may be shown; `sent` is the metadata of its request as maskedMetadata has it. Messages are data
 * and stay what they are.
 */
export function shownEvent(event: CallEvent, io: Secrets, sent: Metadata): CallEvent {
  switch (event.type) {
    case 'start':
      return { ...event, metadata: sent };
    case 'headers':
      return { ...event, metadata: shownMetadata(event.metadata, io) };
    case 'status':
      return { ...event, trailers: shownMetadata(event.trailers, io), status: shownStatus(event.status, io) };
    default:
      return event;
  }
}

function shownStatus(status: Status, { secrets }: Secrets): Status {
  const message = secrets?.hide(status.message) ?? status.message;
  return message === status.message ? status : { ...status, message };
}

/** JSON documents, such as a status' details, as they may be shown. */
export function shownDocuments(documents: readonly unknown[], { secrets }: Secrets): readonly unknown[] {
  const text = JSON.stringify(documents);
  const safe = secrets?.hide(text) ?? text;
  return safe === text ? documents : (JSON.parse(safe) as unknown[]);
}
