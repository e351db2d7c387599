// Bundles src/ into dist/. The program is split where it loads parts on use, and the parts go into a few files: what a
// call needs, what .proto files need, and all else, so that what is added for people at a prompt costs a script nothing.
// The demo server is apart. Then real calls are made, so that V8's code cache holds what they need; that cache alone is not
// the same in every build, and no part of the package.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build, transform } from 'esbuild';
import { pastTheIndex } from './build/past-the-index.mjs';
import { bundledPackages, thirdPartyLicences } from './build/third-party.mjs';

const { version } = createRequire(import.meta.url)('./package.json');
const common = {
  platform: 'node',
  target: 'node20',
  // Without it V8 would hold two bytes a character.
  charset: 'ascii',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  // A dynamic import becomes a require: bin/grepl.js finds the part.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
};
const bundled = { ...common, bundle: true, define: { GREPL_VERSION: JSON.stringify(version) } };

/** The files of parts, and the entries whose parts, with all they import at once, make them; the last has the rest. */
const files = [
  {
    name: 'grepl',
    entries: [
      'src/main.ts',
      'src/commands/command-line.ts',
      'src/commands/call.ts',
      'src/commands/each.ts',
      'src/commands/grpcurl.ts',
      'src/commands/run-settings.ts',
      'src/commands/session.ts',
      'src/wire/tls-session.ts',
    ],
  },
  { name: 'proto', entries: ['src/schema/proto-files.ts', 'node_modules/protobufjs/index.js'] },
  // --client grpc-js alone loads it.
  { name: 'grpc-js', entries: ['src/wire/grpc-js-client.ts', 'node_modules/@grpc/grpc-js/build/src/index.js'] },
  { name: 'more', entries: [] },
];

// The demo shares nothing with the program, and is as large: only `grepl demo` loads it.
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

/** The parts of the program: name → code as CommonJS; and name → the file it goes into. */
async function parts() {
  const { outputFiles, metafile } = await build({
    ...bundled,
    supported: {},
    entryPoints: ['src/main.ts'],
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
    metafile: true,
    write: false,
    plugins: [demoApart, withoutChildProcess, pastTheIndex(['@bufbuild/protobuf', '@bufbuild/protobuf/wkt'])],
  });
  const code = new Map();
  for (const { path: file, text } of outputFiles) {
    const converted = await transform(text, { ...common, format: 'cjs' });
    code.set(path.basename(file), converted.code);
  }
  const place = new Map();
  const add = (output, name) => {
    if (place.has(path.basename(output))) return;
    place.set(path.basename(output), name);
    for (const { path: other, kind } of metafile.outputs[output].imports) {
      if (kind === 'import-statement' && metafile.outputs[other]) add(other, name);
    }
  };
  for (const { name, entries } of files) {
    const isLast = name === files.at(-1).name;
    for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
      if (isLast || entries.includes(entryPoint)) add(output, name);
    }
  }
  return { code, place, metafile };
}

/**
 * One file of parts: an expression, whose value bin/grepl.js takes. What esbuild puts before each part to speak CommonJS
 * stands there once. The first file says where the parts of others are.
 */
function fileOf({ name }, code, place) {
  const mine = [...code].filter(([part]) => place.get(part) === name).map(([part, text]) => [part, ...halves(text)]);
  const helpers = mine
    .map(([, before]) => before)
    .reduce((one, other) => (one.length < other.length ? other : one), '');
  const methods = mine.map(([part, , text]) => `${JSON.stringify(`./${part}`)}(exports,require,module){${text}\n}`);
  const others = [...place].filter(([, file]) => file !== name).map(([part, file]) => [`./${part}`, file]);
  const where = name === files[0].name ? [`where:${JSON.stringify(Object.fromEntries(others))}`] : [];
  const text = `(()=>{${helpers}return{\n${[...methods, ...where].join(',\n')}\n}})()\n`;
  // By this stamp bin/code-cache.js tells one build from another: V8 itself compares no more than lengths.
  return `${text}//${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n`;
}

/** esbuild's helpers at the beginning of a part, and the rest of it. */
function halves(text) {
  const at = text.indexOf('var stdin_exports=');
  return at < 0 ? ['', text] : [text.slice(0, at), text.slice(at)];
}

/** Makes a call against our own demo; without a loopback to listen on the cache is just not made. */
async function warmCodeCache() {
  const demo = spawn(process.execPath, ['bin/grepl.js', 'demo'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [chunk] = await Promise.race([once(demo.stdout, 'data'), once(demo, 'exit').then(() => [''])]);
  const address = String(chunk).trim();
  const call = ['bin/grepl.js', 'call', address, 'users.UserService/GetUser', '-d', '{"id":"1"}'];
  const env = { ...process.env, GREPL_WRITE_CODE_CACHE: '1' };
  const fromFiles = ['--plaintext', '-I', 'proto-examples', '--proto', 'users/users.proto'];
  const session = 'ls\ndesc users.User\nrest users.UserService/GetUser id=1\n';
  // The first writes the cache of what every call needs, the second that for .proto files, the third that of the rest.
  const runs = [[call], [[...call, ...fromFiles]], [['bin/grepl.js', address], session]];
  for (const [argv, input = ''] of address === '' ? [] : runs) {
    spawnSync(process.execPath, argv, { env, input, timeout: 20_000 });
  }
  demo.kill();
}

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
const { code, place, metafile } = await parts();
for (const file of files) writeFileSync(`dist/${file.name}.cjs`, fileOf(file, code, place));
const demo = await build({
  ...bundled,
  entryPoints: { demo: 'src/demo/main.ts' },
  format: 'cjs',
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  metafile: true,
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', thirdPartyLicences(bundledPackages([metafile, demo.metafile])));
writeFileSync('dist/grepl.1', spawnSync(process.execPath, ['bin/grepl.js', 'man']).stdout);
if (!process.argv.includes('--without-code-cache')) await warmCodeCache();
