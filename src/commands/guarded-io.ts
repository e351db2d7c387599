// The Io that commands run with: what is said on stderr, whoever says it, shows no credential that the run has come by and
// nothing that a terminal acts on. Each text is made safe where it is made; this is what stands behind that.
import type { Io, OutputStream, SecretTexts } from '../io.ts';
import { escapedCharacter, unsafeButLines } from '../wire/unsafe-text.ts';
import { KnownSecrets } from './known-secrets.ts';

const originals = new WeakMap<object, OutputStream>();

/** The Io with `secrets` and a guarded stderr. Its streams are asked for no earlier than the given ones. */
export function guardedIo(io: Io): Io {
  const secrets = new KnownSecrets();
  let stderr: OutputStream | undefined;
  return {
    get stdin() {
      return io.stdin;
    },
    get stdout() {
      return io.stdout;
    },
    get stderr() {
      stderr ??= guardedStream(io.stderr, secrets);
      return stderr;
    },
    env: io.env,
    signal: io.signal,
    cwd: io.cwd,
    packageRoot: io.packageRoot,
    now: () => io.now(),
    hooks: io.hooks,
    secrets,
  };
}

/** The same stream, its texts without secrets and without control characters; line ends, tabs and colours stay. */
export function guardedStream(stream: OutputStream, secrets: SecretTexts | undefined): OutputStream {
  const write = (chunk: string | Uint8Array, ...more: unknown[]): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return Reflect.apply(stream.write, stream, [guardedText(text, secrets), ...more]);
  };
  const guarded = new Proxy(stream, {
    get(target, key) {
      if (key === 'write') return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  originals.set(guarded, stream);
  return guarded;
}

/** The Io with its streams as they were given: for a terminal, where data is drawn too. */
export function unguarded(io: Io): Io {
  return { ...io, stderr: originals.get(io.stderr) ?? io.stderr };
}

const unsafe = new RegExp(`(\u001b\\[[0-9;]*m)|${unsafeButLines}`, 'gu');

/** A text about a run, without secrets and without control characters; line ends, tabs and colours stay. */
export function guardedText(text: string, secrets: SecretTexts | undefined): string {
  const hidden = secrets?.hide(text) ?? text;
  return hidden.replace(unsafe, (character, colour: string | undefined) => colour ?? escapedCharacter(character));
}
