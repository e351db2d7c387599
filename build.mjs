// Bundles src/ into dist/: the program in one CommonJS file whose parts are evaluated on use, the demo server in a
// second. Then one real call is made, so that V8's code cache holds what a call needs.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const { version } = createRequire(import.meta.url)('./package.json');
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // A dynamic import becomes a require: its module lies in the same file, unevaluated until then.
  supported: { 'dynamic-import': false },
  charset: 'ascii',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  define: { GREPL_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};

// The demo shares nothing with the program but its file format, and is as large: only `grepl demo` loads it.
const demoApart = {
  name: 'demo-apart',
  setup(bundler) {
    bundler.onResolve({ filter: /demo\/main\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './demo.cjs', external: true } : undefined,
    );
  },
};

// commander can start other programs, which we never ask of it: loading that part of node costs every run 5 ms.
const withoutChildProcess = {
  name: 'without-child-process',
  setup(bundler) {
    bundler.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('commander') ? { path: 'child_process', namespace: 'unused' } : undefined,
    );
    bundler.onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** Runs the program once against its own demo; without a loopback to listen on the cache is just not made. */
async function warmCodeCache() {
  const demo = spawn(process.execPath, ['bin/grepl.js', 'demo'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [chunk] = await Promise.race([once(demo.stdout, 'data'), once(demo, 'exit').then(() => [''])]);
  const address = String(chunk).trim();
  if (address !== '') {
    const call = ['bin/grepl.js', 'call', address, 'users.UserService/GetUser', '-d', '{"id":"u-1"}'];
    spawnSync(process.execPath, call, { env: { ...process.env, GREPL_WRITE_CODE_CACHE: '1' }, timeout: 20_000 });
  }
  demo.kill();
}

rmSync('dist', { recursive: true, force: true });
const outputs = { outdir: 'dist', outExtension: { '.js': '.cjs' } };
await build({
  ...common,
  ...outputs,
  entryPoints: { grepl: 'src/main.ts' },
  plugins: [demoApart, withoutChildProcess],
});
await build({ ...common, ...outputs, entryPoints: { demo: 'src/demo/main.ts' } });
await warmCodeCache();
