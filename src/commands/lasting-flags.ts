// The flags that hold for many calls: what `set` sets, and what config files, profiles and the environment may say.
import { type FlagRow, flagRows } from './flags.ts';

/** Groups whose flags hold for many lines; request data and expectations belong to one. */
const lasting = new Set(['schema', 'connection', 'metadata', 'time', 'output', 'general']);
const single = new Set([
  'help',
  'version',
  'long',
  'watch',
  'out',
  'form',
  'yaml',
  'listen',
  'allow-remote',
  'require-token',
  'repl',
  'send',
  'diff',
  'profile',
  'trust',
  'yes',
]);
const requestOptions = new Set(['allow-unknown-fields', 'compress', 'in', 'retry', 'wait']);

/** Their rows, in the order of the table. */
export const lastingRows: readonly FlagRow[] = flagRows.filter(
  (row) => !row.hidden && ((lasting.has(row.group) && !single.has(row.name)) || requestOptions.has(row.name)),
);
