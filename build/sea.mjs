// npm run sea: out/grepl, one executable file with node inside, for machines without node (Node's "single executable
// applications"). Made of the node that runs this, whose security releases it then lacks: see SECURITY.md.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { inject } from 'postject';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 12)) throw new Error('assets in an executable need Node 20.12 or newer');

const out = path.join('out', process.platform === 'win32' ? 'grepl.exe' : 'grepl');
const work = mkdtempSync(path.join(tmpdir(), 'grepl-sea-'));
try {
  execFileSync(process.execPath, ['build.mjs'], { stdio: 'inherit' });
  await makeExecutable();
} finally {
  rmSync(work, { recursive: true });
}

/** Node's own executable with bin/grepl.js as its program and dist/ as its assets. */
async function makeExecutable() {
  const main = path.join(work, 'main.cjs');
  const define = { GREPL_EMBEDDED: 'true' };
  await build({ entryPoints: ['bin/grepl.js'], outfile: main, bundle: true, platform: 'node', format: 'cjs', define });
  const [config, blob] = [path.join(work, 'config.json'), path.join(work, 'grepl.blob')];
  const settings = { main, output: blob, disableExperimentalSEAWarning: true, assets: assets() };
  writeFileSync(config, JSON.stringify(settings));
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'inherit' });

  mkdirSync('out', { recursive: true });
  rmSync(out, { force: true });
  copyFileSync(process.execPath, out);
  chmodSync(out, 0o755);
  if (process.platform === 'darwin') execFileSync('codesign', ['--remove-signature', out]);
  await inject(out, 'NODE_SEA_BLOB', readFileSync(blob), {
    sentinelFuse: 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
    ...(process.platform === 'darwin' ? { machoSegmentName: 'NODE_SEA' } : {}),
  });
  if (process.platform === 'darwin') execFileSync('codesign', ['--sign', '-', out]);
}

/** Of the build: the code as it is; what is compiled for this version of Node under a name without the version. */
function assets() {
  const names = readdirSync('dist').filter((name) => /\.(?:cjs|cache|txt)$/.test(name));
  return Object.fromEntries(names.map((name) => [name.replace(`.${process.version}`, ''), path.resolve('dist', name)]));
}
