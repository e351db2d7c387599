// What a package of ours brings along: whose code, under which licences, and nothing that runs when it is installed.
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../support/packed.ts';
import { temporaryFolder } from '../support/temp.ts';

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version: string;
  readonly dev?: boolean;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const ours = JSON.parse(read('package.json')) as PackageJson;
const lock = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
/** What `npm install grepl` brings: folder → as the lock file has it. */
const atRunTime = locked.filter(([, { dev }]) => !dev);
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');

describe('the lock file', () => {
  test('has the hash of every package, and no address that it is to be fetched from', () => {
    expect(locked.filter(([, { integrity, resolved }]) => !integrity?.startsWith('sha512-') || resolved)).toEqual([]);
    expect(JSON.stringify(lock)).not.toMatch(/https?:[^"]*\.tgz/);
  });

  test('holds the versions that package.json names, each of them exact', () => {
    const wanted = Object.entries({ ...ours.dependencies, ...ours.devDependencies });
    for (const [name, version] of wanted) {
      expect([name, version]).toEqual([name, expect.stringMatching(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/)]);
      expect([name, lock.packages[`node_modules/${name}`]?.version]).toEqual([name, version]);
    }
  });
});

describe('installing', () => {
  // Looked at: it only compares version numbers and prints a hint. Nothing of ours waits for it.
  const harmless = new Set(['protobufjs 7.6.6']);

  test('runs nothing of ours', () => {
    expect(Object.keys(ours.scripts ?? {}).filter((name) => /^(?:pre|post)?install$/.test(name))).toEqual([]);
  });

  test('runs nothing of the packages that come along', () => {
    const running = atRunTime.filter(([path, { hasInstallScript }]) => {
      const { scripts = {} } = JSON.parse(read(`${path}/package.json`)) as PackageJson;
      return hasInstallScript || scripts.preinstall || scripts.install || scripts.postinstall;
    });
    const names = running.map(([path, { version }]) => `${nameOf(path)} ${version}`);
    expect(names.filter((name) => !harmless.has(name))).toEqual([]);
  });
});

describe('licences', () => {
  const allowed = new Set([
    'MIT',
    'ISC',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'Apache-2.0',
    '0BSD',
    'BlueOak-1.0.0',
    '(Apache-2.0 AND BSD-3-Clause)',
  ]);
  const sections = read('dist/THIRD-PARTY-LICENSES.txt')
    .split(`\n\n${'-'.repeat(80)}\n\n`)
    .slice(2);

  test('every package that comes along has one that may be passed on', () => {
    expect(atRunTime.filter(([, { license }]) => !allowed.has(license ?? 'none'))).toEqual([]);
  });

  test('of all that is in the bundle stand beside it, with their texts', () => {
    expect(sections.length).toBeGreaterThan(30);
    for (const section of sections) {
      const [name, license, , ...text] = section.split('\n');
      expect([name, allowed.has(license!)]).toEqual([name, true]);
      expect([name, text.join('\n')]).toEqual([name, expect.stringMatching(/copyright|permission/i)]);
    }
  });

  test.each(['@bufbuild/protobuf', '@grpc/grpc-js', '@inquirer/core', 'protobufjs', 'ws', 'yaml'])(
    'the text of %s stands there',
    (name) => {
      const version = ours.dependencies[name];
      expect(sections.filter((section) => section.startsWith(`${name} ${version}\n`))).toHaveLength(1);
    },
  );

  test('the .proto files of others keep their headers', () => {
    const files = readdirSync(join(root, 'proto-examples'), { recursive: true, encoding: 'utf8' });
    const foreign = files.filter((name) => /^(?:google|grpc)\/.*\.proto$/.test(name));
    expect(foreign.length).toBeGreaterThan(5);
    for (const name of foreign) expect(read(`proto-examples/${name}`)).toMatch(/^\/\/ .*\bCopyright \d{4}/m);
    expect(read('src/schema/builtin/files.ts')).toContain('NOTICE');
  });
});

describe('the list of parts', () => {
  const cwd = temporaryFolder();
  cpSync(join(root, 'package-lock.json'), join(cwd, 'package-lock.json'));
  execFileSync(process.execPath, [join(root, 'build', 'sbom.mjs')], { cwd });
  const bom = JSON.parse(readFileSync(join(cwd, 'out', 'grepl.cdx.json'), 'utf8')) as {
    readonly bomFormat: string;
    readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
    readonly components: readonly { readonly 'bom-ref': string; readonly purl: string; readonly hashes: unknown[] }[];
    readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  };

  test('is of this version of grepl, in CycloneDX', () => {
    const { name, version } = ours;
    expect([bom.bomFormat, bom.metadata.component]).toMatchObject(['CycloneDX', { name, version }]);
  });

  test('names every package that comes along, once, and no other', () => {
    const wanted = atRunTime.map(([path, { version }]) => `pkg:npm/${nameOf(path).replace('@', '%40')}@${version}`);
    expect(bom.components.map(({ purl }) => purl)).toEqual([...new Set(wanted)].sort());
  });

  test('leads from grepl to each of them', () => {
    const refs = new Set(bom.components.map((component) => component['bom-ref']));
    const reached = bom.dependencies.flatMap(({ dependsOn }) => dependsOn);
    expect(new Set(reached)).toEqual(refs);
  });
});
