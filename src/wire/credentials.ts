// Which metadata carries credentials by custom, and how such a value is shown: everything that prints metadata or
// headers asks here.

// `idempotency-key`, `partition-key` and the like are no credentials: a key is one by what it is the key of.
const secretKey =
  '(?:access|account|api|app|auth|client|encryption|functions|license|master|private|secret|service|session|' +
  'signing|storage|subscription)-?key';
const secretName = new RegExp(
  `^(?:(?:proxy-)?authorization|(?:set-)?cookie|(?:.*-)?(?:${secretKey}|token|secret|password)(?:-bin)?)$`,
);

/** True for a metadata or header name whose value is a credential by custom. */
export function isSecretName(name: string): boolean {
  return secretName.test(name.toLowerCase());
}

/** A credential as `Bearer ****c91f`; the values of other names as they are. */
export function masked(name: string, value: string): string {
  if (!isSecretName(name)) return value;
  const [, scheme = '', secret = ''] = /^([A-Za-z]+ )?([\s\S]*)$/.exec(value) ?? [];
  return `${scheme}****${secret.length > 12 ? secret.slice(-4) : ''}`;
}
