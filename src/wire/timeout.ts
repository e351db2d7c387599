// The grpc-timeout header: at most eight digits and a unit
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md, "Timeout").

/**
 * Milliseconds as a grpc-timeout value, such as `1500m`: whole milliseconds where they fit, else the finest unit whose
 * number has at most eight digits, rounded up so that the server never gives up first. Not positive gives `1n`.
 */
export function formatTimeout(ms: number): string {
  if (!(ms > 0)) return '1n';
  const units: readonly (readonly [unit: string, ms: number])[] = [
    ...(Number.isInteger(ms) ? [] : ([['u', 1e-3]] as const)),
    ['m', 1],
    ['S', 1000],
    ['M', 60_000],
    ['H', 3_600_000],
  ];
  for (const [unit, size] of units) {
    // 15 digits: 1.1 / 1e-3 must not become 1101 because of a binary fraction.
    const count = Math.ceil(Number((ms / size).toPrecision(15)));
    if (count <= 99_999_999) return `${count}${unit}`;
  }
  return '99999999H';
}
