// Requests that are kept in files: values that are credentials leave them, `${NAME}` standing in, and come back when the
// request is made.
import { parseTree, printTree, type Tree } from './field-tree.ts';

/** A value that is not in the document any more. */
export interface LeftOut {
  /** `user.password`. */
  readonly path: string;
  /** The name between the braces of `${…}` that stands in its place. */
  readonly variable: string;
}

const secretField =
  /pass(?:word|wd|phrase|code)|secret|token$|(?:api|access|private|signing)_?key|credential|^auth|cookie/i;
/** Where a list goes on: no credential, though it is called a token. */
const pageToken = /(?:page|next|sync|continuation|resume)_?token$/i;
const secretValue = /^(?:Bearer|Basic)\s+\S|^eyJ[\w-]{5,}\.[\w-]+\.|-----BEGIN [A-Z ]*PRIVATE KEY/;
/** `$${` is the text `${`; anything else between `${` and `}` is a name. */
const variable = /\$(\$\{)|\$\{([^{}]*)\}/g;

/** True for the name of a field whose value is a credential by custom. */
export function isSecretField(name: string): boolean {
  return secretField.test(name) && !pageToken.test(name);
}

/** True for a text that is a credential whatever the field is called: a bearer token, a JWT, a private key. */
export function isSecretText(text: string): boolean {
  return secretValue.test(text);
}

/**
 * A JSON document fit to be kept: members in their order and numbers with all their digits, indented by two blanks; a
 * text that is a credential by its field's name or its own look is replaced by `"${NAME}"`. Throws SyntaxError for what
 * is no JSON.
 */
export function keptDocument(text: string): { readonly text: string; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const tree = mapTexts(treeOf(text), [], (value, path) => {
    if (value === '' || !isSecret(value, path)) return JSON.stringify(value.replaceAll('${', () => '$${'));
    const name = freeName(path, new Set(leftOut.map((one) => one.variable)));
    leftOut.push({ path: pathText(path), variable: name });
    return JSON.stringify(`\${${name}}`);
  });
  return { text: indented(tree, ''), leftOut };
}

/** The document without the texts that are credentials: they are `null`, which is as good as unset. */
export function withoutSecretTexts(text: string): string {
  return printTree(
    mapTexts(treeOf(text), [], (value, path) =>
      value !== '' && isSecret(value, path) ? 'null' : JSON.stringify(value),
    ),
  );
}

/**
 * A kept document with its variables filled in: a text that is `${NAME}` alone becomes the value itself, elsewhere it
 * becomes text. `lookUp` throws for names that nothing stands behind. Throws SyntaxError for what is no JSON.
 */
export function filledDocument(text: string, lookUp: (name: string) => unknown): string {
  return printTree(
    mapTexts(treeOf(text), [], (value) => {
      const whole = /^\$\{([^{}]*)\}$/.exec(value)?.[1];
      if (whole !== undefined) return JSON.stringify(lookUp(whole.trim())) ?? 'null';
      return JSON.stringify(filledText(value, lookUp));
    }),
  );
}

/** A text with its variables filled in. */
export function filledText(text: string, lookUp: (name: string) => unknown): string {
  return text.replaceAll(variable, (_, escaped: string | undefined, name = '') => {
    if (escaped !== undefined) return escaped;
    const value = lookUp((name as string).trim());
    return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  });
}

/** A JSON value on indented lines; scalars as they are written. */
export function indentedJson(text: string, indent = ''): string {
  return indented(treeOf(text), indent);
}

type Path = readonly (string | number)[];

function treeOf(text: string): Tree {
  return parseTree(text, (at, reason) => {
    throw new SyntaxError(`${reason} at character ${at + 1}`);
  });
}

/** The tree with every text replaced by the JSON that `replace` makes of it. */
function mapTexts(tree: Tree, path: Path, replace: (value: string, path: Path) => string): Tree {
  switch (tree.kind) {
    case 'leaf':
      return tree.text.startsWith('"') ? { kind: 'leaf', text: replace(JSON.parse(tree.text) as string, path) } : tree;
    case 'list':
      return { kind: 'list', items: tree.items.map((item, at) => mapTexts(item, [...path, at], replace)) };
    case 'object':
      return {
        kind: 'object',
        members: new Map([...tree.members].map(([key, value]) => [key, mapTexts(value, [...path, key], replace)])),
      };
  }
}

function isSecret(value: string, path: Path): boolean {
  return isSecretText(value) || path.some((step) => typeof step === 'string' && isSecretField(step));
}

function freeName(path: Path, taken: ReadonlySet<string>): string {
  const steps = path.filter((step) => typeof step === 'string').map(upperName);
  for (let count = 1; count <= steps.length; count++) {
    const name = steps.slice(-count).join('_');
    if (/^[A-Z]/.test(name) && !taken.has(name)) return name;
  }
  for (let number = 1; ; number++) if (!taken.has(`SECRET_${number}`)) return `SECRET_${number}`;
}

/** `clientSecret`, `x-api-key` → `CLIENT_SECRET`, `X_API_KEY`. */
export function upperName(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/\W+/g, '_')
    .toUpperCase();
}

function pathText(path: Path): string {
  return path.map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`)).join('');
}

function indented(tree: Tree, indent: string): string {
  if (tree.kind === 'leaf') return tree.text;
  const inner = `${indent}  `;
  const parts =
    tree.kind === 'list'
      ? tree.items.map((item) => indented(item, inner))
      : [...tree.members].map(([key, value]) => `${JSON.stringify(key)}: ${indented(value, inner)}`);
  const [open, close] = tree.kind === 'list' ? ['[', ']'] : ['{', '}'];
  return parts.length === 0 ? `${open}${close}` : `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}
