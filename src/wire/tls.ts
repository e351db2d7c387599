// TLS settings from files: read and checked once, when the channel opens, so that a wrong path is a usage error.
import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { UserError } from '../errors.ts';
import type { Target, TlsOptions } from './target.ts';

/** PEM text, ready for node:tls. */
export interface TlsMaterial {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/**
 * Reads the files of a target's TLS options; `rootsFile` stands in for the built-in roots when there is no caFile.
 * @throws UserError(2) naming the file and the flag when one is missing, unreadable, or not the PEM it should be
 */
export function readTlsFiles(tls: TlsOptions, rootsFile?: string | undefined): TlsMaterial {
  const ca =
    tls.caFile !== undefined
      ? readPem(tls.caFile, '--cacert', 'CERTIFICATE')
      : rootsFile === undefined
        ? undefined
        : readPem(rootsFile, 'SSL_CERT_FILE', 'CERTIFICATE');
  return {
    ca,
    cert: tls.certFile === undefined ? undefined : readPem(tls.certFile, '--cert', 'CERTIFICATE'),
    key: tls.keyFile === undefined ? undefined : readPem(tls.keyFile, '--key', 'PRIVATE KEY'),
  };
}

function readPem(file: string, flag: string, kind: 'CERTIFICATE' | 'PRIVATE KEY'): string {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    throw new UserError(2, `${flag} ${file} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
  if (text.trim() === '') throw new UserError(2, `${flag} ${file} is empty`, { hint: `it should hold a PEM ${kind}` });
  if (!new RegExp(`-----BEGIN [A-Z ]*${kind}-----`).test(text)) {
    const hint = `it should hold a block that begins with -----BEGIN ${kind}-----`;
    throw new UserError(2, `${flag} ${file} holds no ${kind.toLowerCase()} in PEM form`, { hint });
  }
  if (kind === 'PRIVATE KEY' && /ENCRYPTED/.test(text)) {
    throw new UserError(2, `${flag} ${file} is encrypted with a passphrase`, {
      hint: 'decrypt it first: openssl pkey -in FILE -out PLAIN.pem',
    });
  }
  return text;
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return (error as Error).message;
}

/**
 * Makes OpenSSL look at the files too: a certificate that is no certificate, a key that belongs to another one.
 * Does nothing for targets that never use TLS.
 * @throws UserError(2) naming the flag and the file
 */
export async function checkTls(target: Target, rootsFile?: string | undefined): Promise<void> {
  if (target.security === 'plaintext') return;
  await checkMaterial(target.tls, readTlsFiles(target.tls, rootsFile));
}

/** As `checkTls`, for material that has been read already. */
export async function checkMaterial(tls: TlsOptions, material: TlsMaterial): Promise<void> {
  const { createSecureContext } = await import('node:tls');
  const { X509Certificate } = await import('node:crypto');
  const attempt = (options: SecureContextOptions): string | undefined => problemOf(() => createSecureContext(options));
  // OpenSSL passes over authorities it cannot parse: then a good server would look like an untrusted one.
  const authorities = (pem: string): string | undefined =>
    problemOf(() => {
      for (const [block] of pem.matchAll(certificateBlock)) new X509Certificate(block);
    });
  const problems = [
    material.ca === undefined
      ? undefined
      : named(tls.caFile === undefined ? 'SSL_CERT_FILE' : '--cacert', tls.caFile, authorities(material.ca)),
    material.cert === undefined ? undefined : named('--cert', tls.certFile, attempt({ cert: material.cert })),
    material.key === undefined ? undefined : named('--key', tls.keyFile, attempt({ key: material.key })),
  ].filter((problem) => problem !== undefined);
  if (problems.length === 0 && material.cert !== undefined && material.key !== undefined) {
    const problem = attempt({ cert: material.cert, key: material.key });
    if (problem !== undefined) {
      problems.push(`--key ${tls.keyFile} does not belong to --cert ${tls.certFile} (${problem})`);
    }
  }
  if (problems[0] !== undefined) throw new UserError(2, problems[0]);
}

const certificateBlock = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function problemOf(attempt: () => void): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^error:[0-9A-F]+:/i, '');
  }
}

function named(flag: string, file: string | undefined, problem: string | undefined): string | undefined {
  return problem === undefined ? undefined : `${flag} ${file ?? ''} is damaged: ${problem}`;
}
