// What grepl must do in the recorded sessions where grpcurl's own wording is free, or where better is wanted.
// The rules are the document's; the words here are those without which a message does not name what is wrong.
import { jsonValues } from './grpcurl-compare.ts';

/** A run of grepl, as far as it is judged. */
export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What better is: the exit code where it is another, and what must hold; a string says what does not. */
export interface Better {
  /** The exit code, or 'failure' for any but 0. */
  readonly exit: number | 'failure';
  readonly stderr?: RegExp;
  /** The JSON documents of stdout. */
  readonly json?: readonly unknown[];
  readonly stdout?: RegExp;
  /** Files, relative to the working folder, that must exist (true) or must not (false). */
  readonly files?: Readonly<Record<string, boolean>>;
}

const payload = (body: string) => ({ payload: { body } });

/** Case → what is wanted instead of what grpcurl did. */
export const better: Readonly<Record<string, Better>> = {
  'json-field-mask': { exit: 0, json: [{ payload: { mask: 'text,maybeBig' } }] },
  'bad-header-name': { exit: 'failure', stderr: /bad key/ },
  'usage-no-address': { exit: 2, stderr: /address/ },
  'usage-help': { exit: 0 },
  refused: { exit: 1, stderr: /refused/ },
  'flags-last': { exit: 0, json: [payload('AAEC')] },
  'data-file': { exit: 0, json: [payload('ZmlsZQ==')] },
  'data-file-absent': { exit: 1, stderr: /data\/nowhere\.json/ },
  'data-stdin-dash': { exit: 0, json: [payload('AA==')] },
  'status-192': { exit: 'failure', stderr: /192/ },
  escapes: { exit: 73, stderr: /Code: FailedPrecondition\n {2}Message: .*red.* and .*title.* end/ },
  'escapes-list': { exit: 1, stderr: /red.* and .*title.* end/ },
  'bad-header-stream': { exit: 'failure', stderr: /bad key/ },
  loopback: { exit: 0, json: [{}] },
  'plaintext-to-tls': { exit: 1, stderr: /TLS/ },
  'evil-file-name': { exit: 1, stderr: /\.\.\/escaped\.proto/, files: { 'escaped.proto': false } },
  'proto-out-dir-all': { exit: 0, files: { 'gen/rich.proto': true, 'gen/common/money.proto': true } },
  'method-slash-first': { exit: 0, json: [{}] },
  'alts-refused': { exit: 'failure', stderr: /ALTS.*not supported/ },
  'json-no-html-escapes': { exit: 0, stdout: /<a&b>/, json: [{ payload: { text: '<a&b>' } }] },
};

/** Case → what its stderr must name; the text around it is free. */
export const named: Readonly<Record<string, RegExp>> = {
  'list-unknown': /no\.Such/,
  'list-no-reflection': /reflection/,
  'list-warns-of-d': /-d\b/,
  'list-proto-absent': /nowhere\.proto/,
  'list-proto-syntax-error': /broken\.proto:4:17/,
  'list-proto-missing-import': /not\/there\.proto/,
  'list-protoset-absent': /nowhere\.binpb/,
  'list-warns-of-import-path': /-import-path/,
  'describe-unknown': /testing\.NoSuch/,
  'unary-two-messages': /testing\.TestService[./]EmptyCall|unary/,
  'unary-unknown-service': /testing\.NoService/,
  'unary-unknown-method': /NoMethod/,
  'unary-unknown-method-proto': /NoMethod/,
  'bad-json': /end/i,
  'bad-unknown-field': /bodi/,
  'bad-unknown-field-proto': /txt/,
  'bad-number': /abc/,
  'bad-enum': /PINK/,
  'bad-base64': /base64/,
  'bad-timestamp': /yesterday/,
  'server-stream-two-requests': /testing\.TestService[./]StreamingOutputCall|message/,
  'client-stream-bad-second': /nope/,
  'expand-headers-unset': /NOWHERE/,
  'text-bad-field': /nope/,
  'text-warns-of-defaults': /-emit-defaults/,
  'tls-unknown-ca': /authority|issuer|CA\b/,
  'tls-self-signed': /self-signed|self signed/,
  'tls-expired': /expired/,
  'tls-wrong-name': /127\.0\.0\.1/,
  'tls-servername-wrong': /third\.example/,
  'tls-both-names-differ': /-servername.*-authority|-authority.*-servername/,
  'mtls-no-certificate': /certificate/,
  'tls-key-mismatch': /key/,
  'tls-to-plaintext': /TLS/,
  'usage-unknown-flag': /-no-such-flag/,
  'usage-bad-number': /soon/,
  'usage-negative-time': /-max-time/,
  'usage-bad-format': /-format/,
  'usage-insecure-plaintext': /-insecure/,
  'usage-cert-plaintext': /-cert/,
  'usage-key-alone': /-key[\s\S]*-cert/,
  'usage-proto-and-protoset': /-proto\b.*-protoset|-protoset.*-proto\b/,
  'usage-too-many': /too many/i,
};

/** Case → a second command line in the same folder, and what it must print: proof that what was exported is usable. */
export const afterwards: Readonly<Record<string, readonly [line: string, stdout: string]>> = {
  'protoset-out': ['grpcurl -protoset out.binpb list', 'Bank\n'],
  'protoset-out-list-service': ['grpcurl -protoset out.binpb describe common.Money.cents', ''],
  'proto-out-dir': ['grpcurl -import-path gen -proto bank.proto list', 'Bank\n'],
  'proto-out-dir-proto2': ['grpcurl -import-path gen -proto legacy.proto list', 'testing.TestService\n'],
  'proto-out-dir-all': ['grpcurl -import-path gen -proto rich.proto list', 'testing.TestService\n'],
};

/** What is not as wanted, one line each; empty when all is well. */
export function shortcomings(wanted: Better, run: Outcome, exists: (path: string) => boolean): string[] {
  const said: string[] = [];
  const isExit = wanted.exit === 'failure' ? run.exit !== 0 : run.exit === wanted.exit;
  if (!isExit) said.push(`exit ${run.exit}, wanted ${wanted.exit}`);
  if (wanted.stderr && !wanted.stderr.test(run.stderr)) said.push(`stderr without ${wanted.stderr}`);
  if (wanted.stdout && !wanted.stdout.test(run.stdout)) said.push(`stdout without ${wanted.stdout}`);
  if (wanted.json && JSON.stringify(jsonValues(run.stdout)) !== JSON.stringify(wanted.json)) said.push('other JSON');
  for (const [path, is] of Object.entries(wanted.files ?? {}))
    if (exists(path) !== is) said.push(`${path} ${is ? 'is not there' : 'was written'}`);
  return said;
}
