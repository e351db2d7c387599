// What stands before the line being typed: where we are, and how the last call ended if not well.
import type { Size } from '../prompt/machine.ts';
import { marks, type Style } from '../render/style.ts';
import { cut, visible } from '../render/visible.ts';
import type { Repl } from './state.ts';

/** Below this there is only room for the service. */
const wideEnough = 60;

/** `target Service [auth] ✗5 > `, and under 60 columns `Service> `. */
export function promptBefore(repl: Repl, style: Style): (size: Size) => string {
  return ({ columns }) => {
    const full = repl.service ?? '';
    const service = visible(full.slice(full.lastIndexOf('.') + 1));
    const target = visible(repl.address ?? '');
    const failed = repl.lastStatus === undefined ? '' : style.red(`${marks(style).fail}${repl.lastStatus}`);
    if (columns < wideEnough) {
      const where = cut(service || target || 'grepl', Math.max(4, Math.floor(columns / 3)));
      return `${style.bold(where)}${failed === '' ? '' : ` ${failed}`}> `;
    }
    const parts = [
      style.dim(cut(target || 'not connected', Math.floor(columns / 3))),
      style.bold(cut(service, Math.floor(columns / 4))),
      hasAuth(repl) ? style.dim('[auth]') : '',
      failed,
    ];
    return `${parts.filter((part) => part !== '').join(' ')}> `;
  };
}

function hasAuth({ flags }: Repl): boolean {
  const headers = [...flags.list('header'), ...flags.list('rpc-header')];
  return flags.has('bearer') || headers.some((header) => /^\s*authorization\s*:/i.test(header));
}
