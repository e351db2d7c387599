// Colour, marks and width of one output stream, from flags and environment.
import type { Io } from '../io.ts';
import { loadStyle, type Style } from '../render/style.ts';
import type { Flags } from './flags.ts';

/** The style of `stream`: --color, NO_COLOR, FORCE_COLOR and TERM=dumb decide before whether it is a terminal. */
export function terminalStyle(io: Io, stream: Io['stdout'], flags: Flags | undefined): Promise<Style> | Style {
  return loadStyle({
    color: wantsColor(io, stream, flags?.text('color')),
    ascii: flags?.bool('ascii') === true || io.env.TERM === 'dumb' || io.env.TERM === 'linux',
    // A file or a pipe has no width to keep to.
    width: terminalWidth(io, stream) || Number.POSITIVE_INFINITY,
  });
}

/** The columns of a terminal; 0 for a stream that is none. */
export function terminalWidth(io: Io, stream: Io['stdout']): number {
  return stream.isTTY ? stream.columns || Number(io.env.COLUMNS) || 80 : 0;
}

function wantsColor(io: Io, stream: Io['stdout'], when: string | undefined): boolean {
  if (when === 'always') return true;
  if (when === 'never') return false;
  if (io.env.NO_COLOR) return false;
  if (io.env.FORCE_COLOR !== undefined && io.env.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && io.env.TERM !== 'dumb';
}
