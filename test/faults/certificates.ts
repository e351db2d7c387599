// Certificates for the TLS faults, made anew with openssl for each run, so that none ever expires in the repository.
// Without openssl the faults that need them are skipped.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/temp.ts';

/** Paths of a certificate and its key (PEM). */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Everything the TLS faults need. */
export interface Certificates {
  /** The authority that clients are told to trust. */
  readonly authority: KeyPair;
  /** For localhost and 127.0.0.1, from the authority. */
  readonly localhost: KeyPair;
  /** For other.example, from the authority. */
  readonly otherName: KeyPair;
  /** For localhost, signed by itself. */
  readonly selfSigned: KeyPair;
  /** A client's, signed by itself: no server trusts it. */
  readonly strangeClient: KeyPair;
}

let made: Certificates | string | undefined;

function makeCertificate(folder: string, name: string, subjectAltName: string, signer?: KeyPair): KeyPair {
  const pair = { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const signed = signer === undefined ? [] : ['-CA', signer.cert, '-CAkey', signer.key];
  const kind = name === 'authority' ? 'critical,CA:TRUE' : 'critical,CA:FALSE';
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', pair.key];
  const about = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${subjectAltName}`];
  const args = ['req', '-x509', ...key, '-out', pair.cert, '-days', '2', ...about, ...signed];
  execFileSync('openssl', [...args, '-addext', `basicConstraints=${kind}`], { stdio: 'pipe' });
  return pair;
}

/** The certificates of this run, made on first use; or the reason why there are none. */
export function certificates(): Certificates | string {
  if (made !== undefined) return made;
  const folder = temporaryFolder();
  const local = 'DNS:localhost,IP:127.0.0.1';
  try {
    const authority = makeCertificate(folder, 'authority', 'DNS:authority.example');
    made = {
      authority,
      localhost: makeCertificate(folder, 'localhost', local, authority),
      otherName: makeCertificate(folder, 'other.example', 'DNS:other.example', authority),
      selfSigned: makeCertificate(folder, 'self', local),
      strangeClient: makeCertificate(folder, 'stranger', 'DNS:stranger.example'),
    };
  } catch (error) {
    made = `needs openssl 3 to make certificates: ${String(error).split('\n')[0]}`;
  }
  return made;
}

/** The content of a key pair, as node:tls takes it. */
export function pemOf(pair: KeyPair): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(pair.cert), key: readFileSync(pair.key) };
}
