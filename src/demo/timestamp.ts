// google.protobuf.Timestamp and Duration as proto-loader has them: seconds in a decimal string, and nanoseconds.

/** A moment (seconds since 1970) or a span of time. */
export interface Timestamp {
  seconds: string;
  nanos: number;
}

/** The moment, or the span, of so many milliseconds; fractions of a millisecond are dropped. */
export function timestamp(milliseconds: number): Timestamp {
  const seconds = Math.floor(milliseconds / 1000);
  return { seconds: String(seconds), nanos: Math.floor(milliseconds - seconds * 1000) * 1_000_000 };
}

/** The milliseconds of a moment or a span; 0 for one that is unset. */
export function milliseconds(value: Timestamp | null | undefined): number {
  return value ? Number(value.seconds) * 1000 + value.nanos / 1_000_000 : 0;
}
