// The types of svg.mjs for its test; the bench itself is plain JavaScript.
interface Axis {
  readonly label: string;
  readonly show: (value: number) => string;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

interface Panel {
  readonly title: string;
  readonly x: Axis & { readonly ticks: readonly number[] };
  readonly y: Axis;
  readonly lines: readonly { readonly name: string; readonly points: readonly Point[] }[];
}

export function picture(content: { title: string; note: string; panels: readonly Panel[] }): string;
