// A terminal for one question or one stream of a command of the shell; the REPL has one for all of its lines.
import type { Io } from '../io.ts';
import type { Terminal } from '../prompt/terminal.ts';
import type { Style } from '../render/style.ts';
import type { Flags } from './flags.ts';
import { unguarded } from './guarded-io.ts';
import { terminalStyle } from './terminal-style.ts';

/** Whether nothing is to be repainted: --plain, or a terminal that cannot. */
export function isPlain(io: Io, flags: Flags): boolean {
  return flags.bool('plain') || io.env.TERM === 'dumb';
}

/** Opens the terminal in the style of `stream` for as long as `use` runs. */
export async function withTerminal<T>(
  io: Io,
  flags: Flags,
  stream: Io['stdout'],
  use: (terminal: Terminal, style: Style) => Promise<T>,
): Promise<T> {
  const { openTerminal } = await import('../prompt/terminal.ts');
  const style = await terminalStyle(io, stream, flags);
  const terminal = openTerminal(unguarded(io), { plain: isPlain(io, flags), style });
  try {
    return await use(terminal, style);
  } finally {
    terminal.close();
  }
}
