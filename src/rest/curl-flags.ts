// curl's flags, so far as they say something about the request, and its way of reading them (curl 7.88, tool_getparam).
import { UserError } from '../errors.ts';

/** A flag of curl that was given: its long name, the value if it takes one, and how it was written. */
export interface CurlFlag {
  readonly name: string;
  readonly value: string;
  /** `-d`, `--data`. */
  readonly typed: string;
}

/** The words behind `curl` in their order: flags, and URLs as the flag `url`. */
export interface CurlWords {
  readonly flags: readonly CurlFlag[];
  /** Flags that say nothing about the request, as they were written. */
  readonly ignored: readonly string[];
}

/** Flags with a value that make the request what it is. */
const valued =
  'request data data-ascii data-raw data-binary data-urlencode json url-query header user cookie user-agent referer ' +
  'url upload-file max-time oauth2-bearer';

/** Flags without one. */
const plain = 'get head path-as-is globoff';

/** Flags that another request, or one that cannot be looked into, comes of, and what to do instead. */
const refused = new Map([
  ['form', 'multipart forms have no place in a REST mapping: send JSON with -d'],
  ['form-string', 'multipart forms have no place in a REST mapping: send JSON with -d'],
  ['next', 'give one request at a time'],
  ['config', 'write the flags of the file on the command line'],
  ['telnet-option', 'this is no HTTP request'],
  ['quote', 'this is no HTTP request'],
]);

const ignoredValued =
  'abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers connect-timeout connect-to continue-at ' +
  'cookie-jar create-file-mode crlfile curves delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url ' +
  'dump-header ech egd-file engine etag-compare etag-save expect100-timeout ftp-account ftp-alternative-to-user ' +
  'ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip hostpubmd5 hostpubsha256 hsts ' +
  'interface ip-tos ipfs-gateway keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port ' +
  'login-options mail-auth mail-from mail-rcpt max-filesize max-redirs netrc-file noproxy output output-dir ' +
  'parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert ' +
  'proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey ' +
  'proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey ' +
  'random-file range rate resolve retry retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 ' +
  'socks5-gssapi-service socks5-hostname speed-limit speed-time stderr time-cond tls-max tls13-ciphers tlsauthtype ' +
  'tlspassword tlsuser trace trace-ascii trace-config unix-socket variable vlan-priority write-out';

const ignoredPlain =
  'anyauth append basic ca-native cert-status compressed compressed-ssh create-dirs crlf digest disable disable-eprt ' +
  'disable-epsv disallow-username-in-url doh-cert-status doh-insecure fail fail-early fail-with-body false-start ' +
  'ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control haproxy-protocol http0.9 http1.0 ' +
  'http1.1 http2 http2-prior-knowledge http3 http3-only ignore-content-length include insecure ipv4 ipv6 ' +
  'junk-session-cookies list-only location location-trusted mail-rcpt-allowfails mptcp negotiate netrc netrc-optional ' +
  'buffer no-buffer keepalive alpn npn progress-meter sessionid ntlm ntlm-wb parallel parallel-immediate post301 ' +
  'post302 post303 progress-bar proxy-anyauth proxy-basic proxy-ca-native proxy-digest proxy-http2 proxy-insecure ' +
  'proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw remote-header-name ' +
  'remote-name remote-name-all remote-time remove-on-error retry-all-errors retry-connrefused sasl-ir show-error ' +
  'show-headers silent skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ' +
  'ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 styled-output ' +
  'suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 ' +
  'tr-encoding trace-ids trace-time use-ascii verbose xattr clobber';

const letterNames =
  'X request d data G get I head H header u user b cookie A user-agent e referer T upload-file m max-time g globoff ' +
  'r range F form : next K config t telnet-option Q quote E cert C continue-at c cookie-jar D dump-header P ftp-port ' +
  'o output x proxy U proxy-user Y speed-limit y speed-time z time-cond w write-out a append B use-ascii f fail ' +
  'i include k insecure 4 ipv4 6 ipv6 j junk-session-cookies l list-only L location n netrc N no-buffer Z parallel ' +
  '# progress-bar p proxytunnel J remote-header-name O remote-name R remote-time S show-error s silent ' +
  '0 http1.0 1 tlsv1 2 sslv2 3 sslv3 v verbose q disable';

interface FlagKind {
  readonly takesValue: boolean;
  readonly isUsed: boolean;
}

interface Tables {
  readonly kinds: ReadonlyMap<string, FlagKind>;
  readonly letters: ReadonlyMap<string, string>;
}

let made: Tables | undefined;

/** Made when first used: most runs have nothing to do with curl. */
function tables(): Tables {
  if (made) return made;
  const kinds = new Map<string, FlagKind>();
  const add = (names: readonly string[], kind: FlagKind) => names.map((name) => kinds.set(name, kind));
  add(valued.split(' '), { takesValue: true, isUsed: true });
  add(plain.split(' '), { takesValue: false, isUsed: true });
  add(ignoredValued.split(' '), { takesValue: true, isUsed: false });
  add(ignoredPlain.split(' '), { takesValue: false, isUsed: false });
  const words = letterNames.split(' ');
  const letters = new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1]!] as const] : [])));
  made = { kinds, letters };
  return made;
}

/** The words behind `curl`; `METHOD URL …` as what curl would be told. Undefined for other commands. */
export function curlArguments(words: readonly string[]): readonly string[] | undefined {
  // In front of a command stand variables that are set for it.
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word));
  const [first = '', second = '', ...rest] = start < 0 ? [] : words.slice(start);
  if (/^(?:.*[\\/])?curl(?:\.exe)?$/i.test(first)) return words.slice(start + 1);
  if (!/^[A-Z]+$/.test(first) || !looksLikeUrl(second)) return looksLikeUrl(first) ? words.slice(start) : undefined;
  return ['--request', first, second, ...rest];
}

function looksLikeUrl(word: string): boolean {
  return /^(?:https?:\/\/|\/)/i.test(word);
}

/** True for a long flag that curl has, without its dashes. */
export function isCurlFlag(name: string): boolean {
  return tables().kinds.has(name) || refused.has(name) || tables().kinds.has(name.replace(/^no-/, ''));
}

/** True if the word, a flag as curl has it, takes the next word as its value. */
export function takesNextWord(word: string): boolean {
  if (word.startsWith('--')) return tables().kinds.get(longName(word))?.takesValue ?? refused.has(longName(word));
  for (let at = 1; at < word.length; at++) {
    const name = tables().letters.get(word[at]!);
    if (name !== undefined && (tables().kinds.get(name)?.takesValue ?? false)) return at === word.length - 1;
  }
  return false;
}

/** Reads the words behind `curl`. Throws UserError 2 for flags that curl does not have or that cannot be followed here. */
export function readCurlWords(words: readonly string[]): CurlWords {
  const flags: CurlFlag[] = [];
  const ignored: string[] = [];
  let onlyUrls = false;
  const left = [...words];
  const add = (name: string, typed: string, given: string | undefined, isNegated = false): void => {
    const { takesValue, isUsed } = kindOf(name, typed);
    const value = takesValue ? (given ?? left.shift()) : '';
    if (value === undefined) throw new UserError(2, `curl's ${typed} needs a value`);
    if (!isUsed) ignored.push(typed);
    else if (!isNegated) flags.push({ name, value, typed });
  };
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (onlyUrls || !word.startsWith('-') || word === '-') flags.push({ name: 'url', value: word, typed: word });
    else if (word === '--') onlyUrls = true;
    else if (word.startsWith('--')) {
      const name = longName(word);
      const positive = tables().kinds.has(name) || refused.has(name) ? name : name.replace(/^no-/, '');
      add(positive, word, undefined, positive !== name);
    } else letterFlags(word, add);
  }
  return { flags, ignored };
}

function letterFlags(word: string, add: (name: string, typed: string, value: string | undefined) => void): void {
  for (let at = 1; at < word.length; at++) {
    const typed = `-${word[at]}`;
    const name = tables().letters.get(word[at]!);
    if (name === undefined) throw unknownFlag(typed);
    const rest = word.slice(at + 1);
    if (!kindOf(name, typed).takesValue) {
      add(name, typed, undefined);
      continue;
    }
    add(name, typed, rest === '' ? undefined : rest);
    return;
  }
}

function kindOf(name: string, typed: string): FlagKind {
  const why = refused.get(name);
  if (why !== undefined) throw new UserError(2, `curl's ${typed} is not taken here`, { hint: why });
  const kind = tables().kinds.get(name);
  if (!kind) throw unknownFlag(typed);
  return kind;
}

/** The name of a long flag; curl takes the beginning of one where it is enough. */
function longName(word: string): string {
  const name = word.slice(2);
  if (isCurlFlag(name)) return name;
  const near = [...tables().kinds.keys(), ...refused.keys()].filter((known) => known.startsWith(name));
  return near.length === 1 || (near.length > 1 && near.every((one) => one.startsWith(near[0]!))) ? near[0]! : name;
}

function unknownFlag(typed: string): UserError {
  const [flag, value] = typed.split('=', 2);
  const hint = value === undefined ? 'see man curl' : `curl takes a value as a word of its own: ${flag} ${value}`;
  return new UserError(2, `curl has no flag ${typed}`, { hint });
}
