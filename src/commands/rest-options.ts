// What the command line says about REST: how much of it is shown, whose it is, and where its rules come from. Nothing
// of rest/ is loaded by it before rules are wanted.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { RestDialect, RestStyle } from '../rest/rest.ts';
import type { RestRules } from '../rest/route.ts';
import type { Flags } from './flags.ts';

/** How much of the REST side is shown: nothing, a line, what differs, everything. */
export type RestMode = 'off' | 'line' | 'side' | 'full';

/** From this many columns on there is room for two. */
export const twoColumns = 100;

/** Where the printed curl goes when --rest-base does not say it: to a gateway of ours. */
export const defaultRestBase = 'http://127.0.0.1:8080';

/** The mode asked for; undefined when the command line does not say. */
export function askedMode(flags: Flags): RestMode | undefined {
  return flags.text('rest') as RestMode | undefined;
}

/** What --rest-dialect says; Google's by default. */
export function restDialect(flags: Flags): RestDialect {
  return (flags.text('rest-dialect') as RestDialect | undefined) ?? 'google';
}

/** --rest-base without a slash at its end. Throws UserError 2 for what is no http URL. */
export function restBase(flags: Flags): string {
  return checkedBase('rest-base', flags.text('rest-base') ?? defaultRestBase);
}

/** A base URL given by a flag, without a slash at its end. Throws UserError 2 for what is no http URL. */
export function checkedBase(flag: string, base: string): string {
  // A query or a fragment would swallow the path that follows.
  if (!/^https?:\/\/[^\s/?#]+(?:\/[^\s?#]*)?$/i.test(base) || !URL.canParse(base)) {
    throw new UserError(2, `--${flag}: "${base}" is not an http URL`, {
      hint: 'write http://HOST:PORT, with a path if need be',
    });
  }
  return base.replace(/\/+$/, '');
}

/**
 * The REST rules of --rest-style and --http-rules. Throws UserError 2 for a rule file that cannot be read, 3 for one that
 * holds something else.
 */
export async function restRules(flags: Flags, io: Io): Promise<RestRules> {
  const { openRestRules } = await import('../rest/route.ts');
  const style = (flags.text('rest-style') as RestStyle | undefined) ?? 'auto';
  const paths = flags.list('http-rules');
  if (paths.length === 0) return openRestRules({ style });
  const { readRuleFile } = await import('../rest/rule-file.ts');
  return openRestRules({
    style,
    ruleFiles: await Promise.all(paths.map((path) => readRuleFile(path, textOf(path, io)))),
  });
}

function textOf(path: string, io: Io): string {
  try {
    return readFileSync(resolve(io.cwd, path), 'utf8');
  } catch (error) {
    throw new UserError(2, `--http-rules: cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}
