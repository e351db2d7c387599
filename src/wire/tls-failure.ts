// What went wrong in TLS, in words: certificates, names, dates, versions, client certificates, and the flag to try.
import type { PeerCertificate } from 'node:tls';
import { ConnectFailure } from './attempt.ts';
import type { Target } from './target.ts';
import { visible } from './wording.ts';

const trustHint = 'trust it with --cacert FILE, or accept any certificate with --insecure';

/** Why a certificate was not accepted; `code` is OpenSSL's or Node's name for it, `name` what it was checked against. */
export function certificateFailure(
  code: string,
  certificate: PeerCertificate,
  target: Target,
  name: string,
): ConnectFailure {
  const which = `the certificate of ${target.address} (${subjectOf(certificate)})`;
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return new ConnectFailure(`${which} is self-signed`, trustHint);
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return new ConnectFailure(`${which} leads to a self-signed root that is not trusted`, trustHint);
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'CERT_UNTRUSTED':
      return new ConnectFailure(`${which} is signed by an unknown authority, ${issuerOf(certificate)}`, trustHint);
    case 'CERT_HAS_EXPIRED':
      return new ConnectFailure(
        `${which} has expired: it was valid until ${dateOf(certificate.valid_to)}`,
        'renew it, or accept it for now with --insecure',
      );
    case 'CERT_NOT_YET_VALID':
      return new ConnectFailure(
        `${which} is not valid before ${dateOf(certificate.valid_from)}`,
        'is the clock right? --insecure accepts it for now',
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return nameFailure(certificate, target, name);
    default:
      return new ConnectFailure(`${which} was not accepted: ${code === '' ? 'unknown reason' : code}`, trustHint);
  }
}

function nameFailure(certificate: PeerCertificate, target: Target, name: string): ConnectFailure {
  const names = namesOf(certificate);
  const [first] = names;
  return new ConnectFailure(
    `the certificate of ${target.address} is for ${names.length === 0 ? 'no name at all' : names.join(', ')}, not for ${name}`,
    `call the server by a name in its certificate, or check against one with --servername ${first ?? 'NAME'}`,
  );
}

function namesOf(certificate: PeerCertificate): string[] {
  const list = (certificate.subjectaltname ?? '').split(', ').map((entry) => entry.replace(/^(DNS|IP Address):/, ''));
  const names = list.filter((entry) => entry !== '').slice(0, 8);
  return (names.length > 0 ? names : [text(certificate.subject?.CN)])
    .filter((n) => n !== '')
    .map((n) => visible(n, 80));
}

function subjectOf(certificate: PeerCertificate): string {
  const common = text(certificate.subject?.CN) || namesOf(certificate)[0] || text(certificate.subject?.O);
  return common === '' ? 'without a name' : `"${visible(common, 80)}"`;
}

function issuerOf(certificate: PeerCertificate): string {
  const name = text(certificate.issuer?.CN) || text(certificate.issuer?.O);
  return name === '' ? 'without a name' : `"${visible(name, 80)}"`;
}

function text(value: string | string[] | undefined): string {
  return Array.isArray(value) ? value.join(', ') : (value ?? '');
}

function dateOf(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? visible(date, 40) : new Date(time).toISOString().replace('.000Z', 'Z');
}

/** Alerts that say what the peer objects to; undefined when the error leaves that open. */
export function handshakeFailure(error: NodeJS.ErrnoException, target: Target): ConnectFailure | undefined {
  const code = error.code ?? '';
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) {
    return new ConnectFailure(
      `${target.address} refused the protocol version: it offers only TLS 1.1 or older, or too new a version is required`,
      'this client speaks TLS 1.2 and 1.3',
    );
  }
  if (/UNRECOGNIZED_NAME/.test(code)) {
    return new ConnectFailure(
      `${target.address} does not know the server name it was called by`,
      'try --servername NAME',
    );
  }
  return clientCertificateFailure(code, target);
}

/** Alerts about the client's certificate; in TLS 1.3 they arrive after the handshake. Undefined for other errors. */
export function clientCertificateFailure(code: string, target: Target): ConnectFailure | undefined {
  const { certFile } = target.tls;
  const alert =
    /ALERT_(CERTIFICATE_REQUIRED|UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|HANDSHAKE_FAILURE)/.exec(
      code,
    )?.[1];
  if (alert === undefined) return undefined;
  const words = alert.toLowerCase().replaceAll('_', ' ');
  if (certFile !== undefined) {
    return new ConnectFailure(
      `${target.address} rejected the client certificate ${certFile} (TLS alert: ${words})`,
      'is it signed by an authority the server trusts, and still valid? see --cert and --key',
    );
  }
  const sure = alert === 'CERTIFICATE_REQUIRED' || alert === 'BAD_CERTIFICATE';
  return new ConnectFailure(
    `${target.address} ${sure ? 'demands a client certificate' : `broke off the TLS handshake (alert: ${words})`}`,
    `${sure ? '' : 'it may demand a client certificate: '}give one with --cert FILE and --key FILE`,
  );
}
