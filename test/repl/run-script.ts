// Runs a script through main, in process, against whatever address is given: what it wrote and how it ended.
import { Readable, Writable } from 'node:stream';
import { main } from '../../src/main.ts';

export interface ScriptRun {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ScriptSetting {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** `grepl ARGV < script`. */
export async function runScriptText(script: string, setting: ScriptSetting = {}): Promise<ScriptRun> {
  const out = sink();
  const err = sink();
  const root = new URL('../..', import.meta.url).pathname;
  const exit = await main(setting.argv ?? [], {
    stdin: Readable.from(script === '' ? [] : [Buffer.from(script)]),
    stdout: out.stream,
    stderr: err.stream,
    env: { NO_COLOR: '1', ...setting.env },
    signal: new AbortController().signal,
    cwd: setting.cwd ?? root,
    packageRoot: root,
    now: () => performance.now(),
  });
  return { exit, stdout: out.text(), stderr: err.text() };
}

function sink(): { stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString() };
}
