// Profiles: which there are, and going to another.
import { Flags } from '../../commands/flags.ts';
import { configFiles, loadSettings } from '../../commands/settings.ts';
import { write } from '../../io.ts';
import { rows } from '../output.ts';
import { agreeToSettings, laySettings, liftSettings, profileOf } from '../profile.ts';
import type { Repl } from '../state.ts';
import type { LineInput } from '../table.ts';

/** `profile`: those there are, the one in use with a `*`. `profile NAME` goes to it, `profile -` to none. */
export async function profile({ repl, io, words }: LineInput): Promise<number> {
  const [name] = words;
  if (name === undefined) {
    const files = configFiles(io);
    const { allProfiles } = await import('../../commands/config-file.ts');
    const lines = allProfiles(files, repl.say).map((one) => [
      one.name === profileOf(repl) ? '*' : '',
      one.name,
      one.production ? 'PROD' : '',
      one.address ?? '',
      one.path,
    ]);
    if (lines.length === 0) repl.say('no profiles; [profiles.NAME] in .grepl/config.toml makes one');
    await write(io.stdout, await rows(repl, io, lines));
    return 0;
  }
  await goTo(repl, name);
  return 0;
}

async function goTo(repl: Repl, name: string): Promise<void> {
  const wanted = new Flags();
  if (name !== '-') wanted.set('profile', name);
  const env = name === '-' ? { ...repl.io.env, GREPL_PROFILE: undefined } : repl.io.env;
  const found = await loadSettings({ typed: wanted, io: { cwd: repl.io.cwd, env }, say: repl.say });
  const settings =
    name === '-' ? { ...found, profile: undefined, layers: found.layers.filter((one) => !one.profile) } : found;
  const before = { settings: repl.settings, laid: repl.laid, flags: repl.flags.over(new Flags()) };
  const from = repl.address;
  liftSettings(repl);
  const address = settings.address ?? from;
  laySettings(repl, settings, address);
  try {
    await repl.connect(address);
    if (address !== undefined) repl.link();
    await agreeToSettings(repl);
  } catch (error) {
    for (const flag of repl.flags.names()) repl.flags.delete(flag);
    for (const flag of before.flags.names()) repl.flags.set(flag, before.flags.value(flag));
    Object.assign(repl, { settings: before.settings, laid: before.laid });
    await repl.connect(from);
    throw error;
  }
  repl.startLoading?.();
}
