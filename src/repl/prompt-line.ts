// What stands before the line being typed: where we are, and how the last call ended if not well.
import type { Size } from '../prompt/machine.ts';
import { marks, type Style } from '../render/style.ts';
import { cut, visible } from '../render/visible.ts';
import { isProductionSession, profileOf } from './profile.ts';
import type { Repl } from './state.ts';

/** Below this there is only room for the service. */
const wideEnough = 60;

/** `profile target Service [auth] [2 streams] ✗5 > `, and under 60 columns `Service> `; PROD in front on a production profile. */
export function promptBefore(repl: Repl, style: Style): (size: Size) => string {
  return ({ columns }) => {
    const full = repl.service ?? '';
    const service = visible(full.slice(full.lastIndexOf('.') + 1));
    const target = visible(repl.address ?? '');
    const prod = isProductionSession(repl) ? style.alarm(' PROD ') : '';
    const failed = repl.lastStatus === undefined ? '' : style.red(`${marks(style).fail}${repl.lastStatus}`);
    if (columns < wideEnough) {
      const where = cut(service || target || 'grepl', Math.max(4, Math.floor(columns / 3)), marks(style).more);
      return `${prod === '' ? '' : `${prod} `}${style.bold(where)}${failed === '' ? '' : ` ${failed}`}> `;
    }
    const parts = [
      prod,
      cut(visible(profileOf(repl) ?? ''), Math.floor(columns / 6), marks(style).more),
      style.dim(cut(target || 'not connected', Math.floor(columns / 3), marks(style).more)),
      style.bold(cut(service, Math.floor(columns / 4), marks(style).more)),
      hasAuth(repl) ? style.dim('[auth]') : '',
      streamsWord(repl.streams.size, style),
      failed,
    ];
    return `${parts.filter((part) => part !== '').join(' ')}> `;
  };
}

/** `[2 streams]` that go on behind the prompt. */
function streamsWord(number: number, style: Style): string {
  return number === 0 ? '' : style.cyan(`[${number} ${number === 1 ? 'stream' : 'streams'}]`);
}

function hasAuth({ flags }: Repl): boolean {
  const headers = [...flags.list('header'), ...flags.list('rpc-header')];
  return flags.has('bearer') || headers.some((header) => /^\s*authorization\s*:/i.test(header));
}
