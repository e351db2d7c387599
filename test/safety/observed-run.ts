// Command lines and scripts run in process in a world of their own (home, folder, temporary files), with everything that
// was written anywhere kept for the question whether something is in it that should not be.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/main.ts';
import { temporaryFiles } from '../support/temp.ts';

const root = join(import.meta.dirname, '..', '..');

/** What a run wrote to its streams. */
export interface Observed {
  /** The words that were run. */
  readonly what: string;
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface ObservedOptions {
  readonly stdin?: string | undefined;
  /** Columns of stdout and stderr, which then are a terminal's. */
  readonly columns?: number | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Hears of the first thing written to stdout. */
  readonly onOutput?: ((text: string) => Promise<void>) | undefined;
  /** What the clock throws once it has been read some times: a bug inside. */
  readonly failing?: string | undefined;
  /** Ends the run as Ctrl-C does. */
  readonly signal?: AbortSignal | undefined;
}

/** A home, a working folder and an environment. */
export class World {
  readonly home: string;
  readonly cwd: string;
  readonly #files: ReadonlySet<string>;
  readonly #env: Readonly<Record<string, string>>;

  /** `files` lie in the working folder and are the user's own: `written` passes them over. */
  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}, env: Readonly<Record<string, string>> = {}) {
    this.home = temporaryFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [`work/${name}`, text])));
    this.cwd = join(this.home, 'work');
    for (const folder of ['work', 'tmp']) mkdirSync(join(this.home, folder), { recursive: true });
    this.#files = new Set(Object.keys(files).map((name) => join(this.cwd, name)));
    this.#env = env;
  }

  get env(): Record<string, string> {
    return {
      HOME: this.home,
      TMPDIR: join(this.home, 'tmp'),
      XDG_STATE_HOME: join(this.home, 'state'),
      XDG_CONFIG_HOME: join(this.home, 'config'),
      XDG_CACHE_HOME: join(this.home, 'cache'),
      ...this.#env,
    };
  }

  /** Runs one command line; never rejects. */
  async run(argv: readonly string[], options: ObservedOptions = {}): Promise<Observed> {
    const texts = { out: '', err: '' };
    const stream = (name: 'out' | 'err'): Writable => {
      const writable = new Writable({
        write(chunk: Buffer, _encoding, done) {
          const isFirst = name === 'out' && texts.out === '';
          texts[name] += chunk.toString('utf8');
          if (isFirst) void options.onOutput?.(texts.out);
          done();
        },
      });
      return options.columns === undefined
        ? writable
        : Object.assign(writable, { isTTY: true, columns: options.columns });
    };
    let asked = 0;
    const exit = await main(argv, {
      stdin: Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
      stdout: stream('out'),
      stderr: stream('err'),
      env: { NO_COLOR: '1', ...this.env, ...options.env },
      signal: options.signal ?? new AbortController().signal,
      cwd: this.cwd,
      packageRoot: root,
      now: () => {
        if (options.failing !== undefined && ++asked > 2) throw new Error(options.failing);
        return performance.now();
      },
    });
    return { what: argv.join(' '), exit, ...texts };
  }

  /** Every file that is there and was not given: path below home → content. */
  written(): Map<string, string> {
    const files = readdirSync(this.home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !this.#files.has(path));
    return new Map(paths.map((path) => [path.slice(this.home.length + 1), readFileSync(path, 'latin1')]));
  }
}
