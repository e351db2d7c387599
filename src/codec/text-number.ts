// Floating-point numbers as protoc prints them: the shorter of two precisions that reads back as the same number.
// ISO C 7.21.6.1, conversion %g

/** A float (32 bits, 6 or 9 digits) or double (15 or 17 digits) in text format. */
export function formatFloat(value: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  // protoc does not trust its reading of floats below the normal range and prints them in full.
  if (bits === 32 && value !== 0 && Math.abs(value) < 2 ** -126) return general(value, 9);
  const short = general(value, bits === 32 ? 6 : 15);
  const back = bits === 32 ? Math.fround(Number(short)) : Number(short);
  return back === value ? short : general(value, bits === 32 ? 9 : 17);
}

function general(value: number, precision: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponentText = '0'] = value.toExponential(precision - 1).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < precision) {
    return withoutZeros(value.toFixed(Math.min(100, Math.max(0, precision - 1 - exponent))));
  }
  return `${withoutZeros(digits)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function withoutZeros(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}
