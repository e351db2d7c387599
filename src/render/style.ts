// Colours and marks as a value, decided once from flags and terminal, so that no renderer asks the environment.
import type { ChalkInstance } from 'chalk';

/** What a renderer may use: colour functions (identity without colour), ASCII marks or not, and columns to fill. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly magenta: (text: string) => string;
  /** On a red ground. */
  readonly alarm: (text: string) => string;
  /** Marks and rules in ASCII only. */
  readonly ascii: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

export interface StyleOptions {
  readonly color: boolean;
  readonly ascii: boolean;
  readonly width: number;
}

/** The marks of the screen; every mark is also a word somewhere near. */
export interface Marks {
  readonly fail: string;
  readonly sent: string;
  readonly received: string;
  readonly toServer: string;
  readonly fromServer: string;
  readonly more: string;
  readonly between: string;
}

const unicodeMarks: Marks = {
  fail: '✗',
  sent: '↑',
  received: '↓',
  toServer: '→',
  fromServer: '←',
  more: '…',
  between: '·',
};

const asciiMarks: Marks = {
  fail: 'x',
  sent: '^',
  received: 'v',
  toServer: '>',
  fromServer: '<',
  more: '...',
  between: '-',
};

/** The marks that fit the style. */
export function marks(style: Style): Marks {
  return style.ascii ? asciiMarks : unicodeMarks;
}

/**
 * A style that is ready at once. Colour needs chalk, which takes some milliseconds to load, so it is handed in: use
 * `loadStyle` where colour may be wanted. Throws if colour is asked for without it.
 */
export function style(options: StyleOptions, chalk?: ChalkInstance): Style {
  const { ascii, width } = options;
  if (!options.color) {
    const same = (text: string): string => text;
    const colours = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same, magenta: same };
    return { ...colours, alarm: same, ascii, width };
  }
  if (chalk === undefined) throw new Error('a style with colour is made by loadStyle()');
  const { bold, dim, red, green, yellow, cyan, magenta } = chalk;
  return { bold, dim, red, green, yellow, cyan, magenta, alarm: chalk.bgRed.white.bold, ascii, width };
}

/** As `style`, loading chalk first if colour is wanted: the 16-colour palette, whatever the environment says. */
export async function loadStyle(options: StyleOptions): Promise<Style> {
  if (!options.color) return style(options);
  const { Chalk } = await import('chalk');
  return style(options, new Chalk({ level: 1 }));
}

/** Without colour, Unicode marks, no width to keep to: for files, pipes and tests. */
export const plainStyle: Style = style({ color: false, ascii: false, width: Number.POSITIVE_INFINITY });
