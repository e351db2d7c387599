// The licences of what a bundle holds: of other people's packages as they ship them, and of the .proto files inside.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Of the .proto files inside; the texts of both licences stand among those of the packages. */
const protoNotice = `Descriptors of .proto files

google/protobuf/*  Protocol Buffers, Copyright 2008 Google Inc., BSD-3-Clause
google/api, google/logging, google/longrunning, google/rpc, google/type  googleapis, Copyright Google LLC, Apache-2.0
grpc/health, grpc/reflection  Copyright The gRPC Authors, Apache-2.0`;

/** The packages whose files went into bundles: folder → those files, from the metafiles that esbuild makes. */
export function bundledPackages(metafiles) {
  const packages = new Map();
  for (const { outputs } of metafiles) {
    for (const [file, { bytesInOutput }] of Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
      if (folder === undefined || bytesInOutput === 0) continue;
      packages.set(folder, (packages.get(folder) ?? new Set()).add(file));
    }
  }
  return new Map([...packages].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** The text of THIRD-PARTY-LICENSES.txt. Throws for a package that says nothing of its licence. */
export function thirdPartyLicences(packages) {
  const sections = [...packages].map(([folder, files]) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    if (typeof license !== 'string') throw new Error(`${folder} names no licence`);
    return `${name} ${version}\n${license}\n\n${licenceText(folder) || licenceComments(files)}`;
  });
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const heading = 'The files beside this one hold code of the packages named here, under their licences.';
  return `${[...new Set([heading, protoNotice, ...sections])].join(rule)}\n`;
}

function licenceText(folder) {
  return readdirSync(folder)
    .filter((name) => /^(?:licen[sc]e|copying|notice)/i.test(name))
    .sort()
    .map((name) => readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
    .join('\n\n');
}

/** Some packages say it at the head of each file alone. */
function licenceComments(files) {
  const heads = [...files].flatMap((file) => readFileSync(file, 'utf8').match(/^(?:\/\/.*\n)+/) ?? []);
  const notices = heads
    .filter((head) => head.includes('Copyright'))
    .map((head) => head.replace(/^\/\/ ?/gm, '').trim());
  return [...new Set(notices)].join('\n\n');
}
