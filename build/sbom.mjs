// npm run sbom: what the package is made of, as CycloneDX 1.5, in out/grepl.cdx.json. From the lock file, so that the same
// sources give the same file; `npm sbom --omit dev` leaves out what a development tool would take too if it is there.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const ours = packages[''];

/** Where the package in `folder` finds `name`: beside its own code, else in the folders around it, as node looks. */
function found(folder, name) {
  for (let place = folder; ; place = place.slice(0, Math.max(place.lastIndexOf('/node_modules/'), 0))) {
    const path = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
    if (packages[path]) return path;
    if (place === '') return undefined;
  }
}

/** The packages that `folder` needs at run time; those for other systems may not be in the lock file. */
const needed = (folder) =>
  Object.keys({ ...packages[folder].dependencies, ...packages[folder].optionalDependencies })
    .map((name) => found(folder, name))
    .filter((path) => path !== undefined);

const folders = new Set();
for (const next = needed(''); next.length > 0; ) {
  const folder = next.pop();
  if (folders.has(folder)) continue;
  folders.add(folder);
  next.push(...needed(folder));
}

const nameOf = (folder) => folder.replace(/^.*node_modules\//, '');
const purlOf = (folder) => `pkg:npm/${nameOf(folder).replace('@', '%40')}@${packages[folder].version}`;
const root = `pkg:npm/${ours.name}@${ours.version}`;
const licences = (text) => (/ (?:AND|OR) /.test(text) ? [{ expression: text }] : [{ license: { id: text } }]);

// The same version may be in several folders: it is one component.
const byPurl = new Map(
  [...folders].map((folder) => [purlOf(folder), folder]).sort(([one], [other]) => (one < other ? -1 : 1)),
);
const components = [...byPurl].map(([purl, folder]) => ({
  type: 'library',
  'bom-ref': purl,
  name: nameOf(folder),
  version: packages[folder].version,
  hashes: [{ alg: 'SHA-512', content: Buffer.from(packages[folder].integrity.slice(7), 'base64').toString('hex') }],
  licenses: licences(packages[folder].license),
  purl,
}));
const dependencies = [
  { ref: root, dependsOn: needed('').map(purlOf).sort() },
  ...[...byPurl].map(([ref, folder]) => ({ ref, dependsOn: [...new Set(needed(folder).map(purlOf))].sort() })),
];
const hash = createHash('sha256').update(JSON.stringify(components)).digest('hex');
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  serialNumber: `urn:uuid:${hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-5$3-8$4-$5')}`,
  version: 1,
  metadata: {
    component: {
      type: 'application',
      'bom-ref': root,
      name: ours.name,
      version: ours.version,
      licenses: licences(ours.license),
      purl: root,
    },
  },
  components,
  dependencies,
};
mkdirSync('out', { recursive: true });
writeFileSync('out/grepl.cdx.json', `${JSON.stringify(bom, null, 2)}\n`);
