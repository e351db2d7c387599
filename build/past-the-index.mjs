// Leads our imports past the index of a library. esbuild counts every file behind an index as used by whoever imports the
// index, so that what one command uses of the library would be evaluated in every call.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const reexport = /^export (?:\*|\{([^}]*)\}) from "([^"]*)";/gm;
const declaration = /^export (?:async )?\w+ (\w+)/gm;

/** The esbuild plugin, for imports of `libraries` in src/. */
export function pastTheIndex(libraries) {
  return {
    name: 'past-the-index',
    setup(bundler) {
      const indexes = new Map(libraries.map((name) => [name, filesByName(fileURLToPath(import.meta.resolve(name)))]));
      const direct = (statement, names, library) => {
        const files = indexes.get(library);
        if (!files) return statement;
        const values = namesIn(names).filter((name) => !name.startsWith('type '));
        const from = (name) => JSON.stringify(files.get(name.split(' ')[0]));
        return values.map((name) => `import { ${name} } from ${from(name)};`).join(' ');
      };
      bundler.onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path: file }) => ({
        loader: 'ts',
        contents: readFileSync(file, 'utf8').replace(/^import \{([^}]*)\} from '([^']*)';/gm, direct),
      }));
    },
  };
}

/** The names that an index gives on → the file each is from. */
function filesByName(index) {
  const files = new Map();
  for (const [, names, from] of readFileSync(index, 'utf8').matchAll(reexport)) {
    const file = path.join(path.dirname(index), from);
    const declared = () => [...readFileSync(file, 'utf8').matchAll(declaration)].map(([, name]) => name);
    for (const name of names === undefined ? declared() : namesIn(names)) files.set(name, file);
  }
  return files;
}

function namesIn(list) {
  const names = list.split(',').map((name) => name.trim());
  return names.filter((name) => name !== '');
}
