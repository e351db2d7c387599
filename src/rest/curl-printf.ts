// Backslash escapes as the shell's `$'…'` and `printf` read them: to bytes, since \303\251 are two bytes of one character.

const letters = new Map<string, number>([
  ['a', 7],
  ['b', 8],
  ['e', 27],
  ['E', 27],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
  ['\\', 0x5c],
  ["'", 0x27],
  ['"', 0x22],
  ['?', 0x3f],
]);

/** The halves of a character beyond U+FFFF, as browsers copy it. */
const pair = /\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/giu;

const escapes = /\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c([\s\S])|([\s\S]))/y;

/**
 * The bytes that a text with escapes stands for. As `printf`'s format `%%` is a percent sign; other conversions have
 * nothing to print and give nothing.
 */
export function printfBytes(source: string, reader: 'quotes' | 'printf'): Uint8Array {
  const text = source.replace(pair, (_, high: string, low: string) =>
    String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16)),
  );
  const parts: Uint8Array[] = [];
  for (let at = 0; at < text.length; ) {
    escapes.lastIndex = at;
    const found = text[at] === '\\' ? escapes.exec(text) : null;
    if (found) {
      parts.push(escaped(found));
      at = escapes.lastIndex;
    } else if (reader === 'printf' && text[at] === '%') {
      const conversion = /^%(?:%|[-+ #0]*\d*(?:\.\d*)?[A-Za-z])/.exec(text.slice(at))?.[0] ?? '%';
      parts.push(conversion === '%%' || conversion === '%' ? Buffer.from('%') : new Uint8Array(0));
      at += conversion.length;
    } else {
      const plain = /^(?:[^\\%]|[\\%]$)+/.exec(text.slice(at))?.[0] ?? text[at]!;
      parts.push(Buffer.from(plain));
      at += plain.length;
    }
  }
  return Buffer.concat(parts);
}

function escaped([all, octal, hex, short, long, control, letter = '']: RegExpExecArray): Uint8Array {
  if (octal !== undefined) return Uint8Array.of(Number.parseInt(octal, 8) & 0xff);
  if (hex !== undefined) return Uint8Array.of(Number.parseInt(hex, 16));
  if (control !== undefined) return Uint8Array.of(control.charCodeAt(0) & 0x1f);
  const code = short ?? long;
  if (code !== undefined) {
    const point = Number.parseInt(code, 16);
    return Buffer.from(point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point));
  }
  const byte = letters.get(letter);
  return byte === undefined ? Buffer.from(all) : Uint8Array.of(byte);
}
