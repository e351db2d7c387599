// Two builds of the same sources are the same bytes, wherever they are made; only what V8 compiled, which is not in the
// package, may differ.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/packed.ts';
import { temporaryFolder } from '../support/temp.ts';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/** A bundler reads neither types, nor maps. */
const isRead = (file: string): boolean => !/\.d\.[cm]?ts$|\.map$|\/@types\//.test(file);

/** A folder with all that a build reads, and nothing else. */
function copyForBuild(): string {
  const place = join(temporaryFolder(), 'another folder');
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;
  const needed = Object.entries(packages).flatMap(([path, { dev }]) =>
    path !== '' && (!dev || /\/(?:@esbuild\/[^/]+|esbuild)$/.test(path)) ? [path] : [],
  );
  const own = ['package.json', 'tsconfig.json', 'build.mjs', 'build', 'bin', 'src', 'proto-examples'];
  for (const path of [...own, ...needed]) {
    // Packages for other systems are in the lock file, but not here.
    if (existsSync(join(root, path))) cpSync(join(root, path), join(place, path), { recursive: true, filter: isRead });
  }
  return place;
}

test('a build in another folder gives the same bytes', () => {
  const place = copyForBuild();
  const built = spawnSync(process.execPath, ['build.mjs', '--without-code-cache'], { cwd: place, encoding: 'utf8' });
  expect([built.stderr, built.status]).toEqual(['', 0]);
  const names = readdirSync(join(root, 'dist')).filter((name) => !name.endsWith('.cache'));
  expect(readdirSync(join(place, 'dist'))).toEqual(names);
  const differ = names.filter(
    (name) => !readFileSync(join(root, 'dist', name)).equals(readFileSync(join(place, 'dist', name))),
  );
  expect(differ).toEqual([]);
});
