// Calls on a production profile: each one takes the word yes, unless it changes nothing.
import type { DescMethod } from '@bufbuild/protobuf';
import { UserError } from '../errors.ts';
import { IdempotencyLevel } from '../schema/descriptor-enums.ts';
import type { Session } from './session.ts';

/**
 * Whether a call of the method is to be confirmed: on a production profile, without --yes, and unless the method is marked
 * NO_SIDE_EFFECTS or is a GET over REST.
 */
export async function takesYes(session: Session, method: DescMethod): Promise<boolean> {
  if (session.production === undefined || session.args.flags.bool('yes')) return false;
  return !(await changesNothing(session, method));
}

/** Whether a method is marked NO_SIDE_EFFECTS, or is a GET over REST by a rule or a name that leaves no doubt. */
export async function changesNothing(session: Session, method: DescMethod): Promise<boolean> {
  if (method.idempotency === IdempotencyLevel.NO_SIDE_EFFECTS) return true;
  const { restRules } = await import('./rest-options.ts');
  const rules = await restRules(session.args.flags, session.io);
  const { source, confidence, bindings } = rules.routeOf(method);
  const isKnown = source === 'declared' || (source === 'derived' && confidence === 'high');
  return isKnown && bindings[0]?.httpMethod === 'GET';
}

/**
 * Asks for the word yes where the call takes it and it has not been said in the review. Throws UserError 2 when it is not
 * given, and where there is nobody to ask.
 */
export async function confirmCall(session: Session, method: DescMethod): Promise<void> {
  const { production } = session;
  if (!production || production.said || !(await takesYes(session, method))) return;
  const name = `${method.parent.typeName}/${method.name}`;
  const where = `PROD ${production.profile}: ${name} on ${session.target?.address ?? ''}`;
  if (!production.ask)
    throw new UserError(2, `${where} is not called without a yes`, { hint: '--yes gives it in advance' });
  const answer = await production.ask([where], 'the word yes sends: ');
  if (answer?.trim() !== 'yes') throw new UserError(2, `${name} was not sent: the word is yes`);
  production.said = true;
}
