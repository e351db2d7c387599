// The certificates that the recorded TLS sessions speak of, made anew with openssl for each run.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const localhost = 'DNS:localhost,IP:127.0.0.1';
const years = { from: '20200101000000Z', to: '20480101000000Z' };

// `openssl ca` is the one command of all versions that sets both dates.
const settings = `[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
`;

/** Writes `NAME.pem` and `NAME.key` of every certificate into `folder`. Throws when openssl fails or is not there. */
export function makeCertificates(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'ca.cnf'), settings);
  writeFileSync(join(folder, 'index.txt'), '');
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };
  const key = (name: string) => ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-subj', `/CN=${name}`];
  const own = (name: string, ...more: string[]): void =>
    openssl('req', '-x509', ...key(name), '-out', `${name}.pem`, '-days', '9000', ...more);
  const signed = (name: string, authority: string, alternatives: string, to = years.to): void => {
    writeFileSync(join(folder, `${name}.ext`), `subjectAltName=${alternatives}\nbasicConstraints=CA:FALSE\n`);
    openssl('req', '-new', ...key(name), '-out', `${name}.csr`);
    const from = ['-config', 'ca.cnf', '-cert', `${authority}.pem`, '-keyfile', `${authority}.key`];
    const what = ['-in', `${name}.csr`, '-extfile', `${name}.ext`, '-startdate', years.from, '-enddate', to];
    openssl('ca', '-batch', '-notext', ...from, ...what, '-out', `${name}.pem`);
  };
  own('ca');
  own('otherca');
  own('selfsigned', '-addext', `subjectAltName=${localhost}`);
  signed('server', 'ca', localhost);
  signed('wrongname', 'ca', 'DNS:other.example');
  signed('expired', 'ca', localhost, '20200102000000Z');
  signed('client', 'ca', 'DNS:client.example');
  signed('stranger', 'otherca', 'DNS:stranger.example');
}
