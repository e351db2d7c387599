// The settings of a session: what its environment, profile and config files put under the lines, and how they are taken away
// again when it goes elsewhere.
import { Flags } from '../commands/flags.ts';
import type { Production } from '../commands/session.ts';
import { flagsFor, isProduction, type Settings } from '../commands/settings.ts';
import { flagsOf, replRow } from '../commands/table.ts';
import type { Repl } from './state.ts';

/** Puts the settings under what was typed: flags that are there already stay. */
export function laySettings(repl: Repl, settings: Settings, address = repl.address): void {
  const typed = repl.flags.over(new Flags());
  const takes = flagsOf(replRow);
  const all = flagsFor(settings, typed, address, takes);
  repl.settings = settings;
  repl.laid = flagsFor(settings, new Flags(), address, takes);
  for (const name of repl.flags.names()) repl.flags.delete(name);
  for (const name of all.names()) repl.flags.set(name, all.value(name));
}

/** Takes away what the settings have put under the lines; what was typed since stays. */
export function liftSettings(repl: Repl): void {
  const { laid, flags } = repl;
  for (const name of laid?.names() ?? []) {
    const value = laid?.value(name);
    const left = Array.isArray(value) ? flags.list(name).filter((one) => !value.includes(one)) : [];
    if (left.length > 0) flags.set(name, left);
    else if (Array.isArray(value) || flags.value(name) === value) flags.delete(name);
  }
  repl.laid = undefined;
}

/** What a profile says is for its own address: at another one it is not in use any more. */
export function leaveProfile(repl: Repl, address: string | undefined): void {
  const { settings } = repl;
  if (!settings) return;
  liftSettings(repl);
  const layers = settings.layers.filter((layer) => layer.profile === undefined || layer.address === address);
  const profile = layers.some((layer) => layer.profile !== undefined) ? settings.profile : undefined;
  laySettings(repl, { ...settings, layers, profile, named: false }, address);
}

/** The name of the profile in use. */
export function profileOf({ settings }: Repl): string | undefined {
  return settings?.profile;
}

/** Whether calls of this session are made on a production profile. */
export function isProductionSession({ settings, address }: Repl): boolean {
  return settings !== undefined && isProduction(settings, address);
}

/** What calls of this session need where they are made on a production profile. */
export function productionOf(repl: Repl): Production | undefined {
  const { settings, person } = repl;
  if (!isProductionSession(repl)) return undefined;
  return { profile: settings?.profile ?? '', ask: person?.question, said: false };
}

/**
 * Resolves once the project's files may have what they want of calls to the target: the person is asked where there is
 * one. `more` is what else of the person's would be sent. Throws UserError 2 otherwise.
 */
export async function agreeToSettings(
  repl: Repl,
  flags: Flags = repl.flags,
  more: readonly string[] = [],
): Promise<void> {
  await agreed(repl, repl.person?.question, flags, more);
}

/** As agreeToSettings, but nobody is asked: for what happens behind the prompt. */
export async function agreedToSettings(repl: Repl): Promise<void> {
  await agreed(repl, undefined, repl.flags, []);
}

async function agreed(repl: Repl, ask: Production['ask'], flags: Flags, more: readonly string[]): Promise<void> {
  const { settings, address, io } = repl;
  if (!settings?.layers.some((layer) => layer.level === 'project') || flags.bool('trust')) return;
  const { agree, trustQuestion } = await import('../commands/trust.ts');
  const question = trustQuestion(settings, address, flags, more);
  if (!question || repl.agreed.has(JSON.stringify(question))) return;
  await agree(question, io.env, ask);
  repl.agreed.add(JSON.stringify(question));
}
