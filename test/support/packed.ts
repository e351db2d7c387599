// The package as it would be published: packed by npm, unpacked alone into an empty folder.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temp.ts';

/** The root of the repository. */
export const root = join(import.meta.dirname, '..', '..');

/** What `npm pack --json` says of a tarball. */
export interface Packed {
  readonly filename: string;
  /** Bytes of the tarball. */
  readonly size: number;
  /** SHA-512 of the tarball, in base64. */
  readonly integrity: string;
  readonly files: readonly { readonly path: string }[];
  /** Where the tarball is. */
  readonly file: string;
}

/** Packs what the build has made, without building again. */
export function packed(): Packed {
  const folder = temporaryFolder();
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const told = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [one] = JSON.parse(told) as [Omit<Packed, 'file'>];
  return { ...one, file: join(folder, one.filename) };
}

/** Unpacks it as `node_modules/grepl` of an empty folder, as npm would, but without one of its dependencies. */
export function installedAlone({ file }: Packed): string {
  const place = join(temporaryFolder(), 'node_modules', 'grepl');
  mkdirSync(place, { recursive: true });
  execFileSync('tar', ['-xzf', file, '-C', place, '--strip-components=1']);
  return place;
}
