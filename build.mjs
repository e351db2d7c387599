// Bundles src/ into dist/: one CommonJS file, with everything interactive or rarely used in files of its own that are
// loaded on use. Two builds of the same tree give the same bytes.
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const { version } = createRequire(import.meta.url)('./package.json');
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  define: { GREPL_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};

// Modules reached only by `await import()`: esbuild cannot split CommonJS output, so each is a bundle of its own and
// the import of its source path is turned into a require of its file.
const lazy = {
  demo: 'src/demo/main.ts',
  'proto-files': 'src/schema/proto-files.ts',
};

const toLazyBundles = {
  name: 'lazy-bundles',
  setup(bundler) {
    bundler.onResolve({ filter: /\.ts$/ }, (args) => {
      if (args.kind !== 'dynamic-import') return undefined;
      const name = Object.keys(lazy).find((key) => args.path.endsWith(lazy[key].slice('src'.length)));
      return name ? { path: `./${name}.cjs`, external: true } : undefined;
    });
  },
};

rmSync('dist', { recursive: true, force: true });
await build({ ...common, entryPoints: { grepl: 'src/main.ts' }, outdir: 'dist', outExtension: { '.js': '.cjs' }, plugins: [toLazyBundles] });
await build({ ...common, entryPoints: lazy, outdir: 'dist', outExtension: { '.js': '.cjs' } });
writeFileSync('dist/version.txt', `${version}\n`);
