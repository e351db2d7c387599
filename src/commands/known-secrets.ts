// The credentials that a run has come by, and what stands for them wherever something is printed: the one place that
// knows them by their value, so that a server that repeats one, or a message that quotes it, does not show it.
import type { SecretTexts } from '../io.ts';

/** A shorter text may stand anywhere by chance. */
const shortest = 8;

/** See SecretTexts. */
export class KnownSecrets implements SecretTexts {
  /** Whole values. */
  readonly #shown = new Map<string, string>();
  /** What gives a value away inside another text, the longest first: itself, and its base64 wherever that begins. */
  #forms: readonly (readonly [form: string, shown: string])[] = [];

  learn(value: string, shown: string): void {
    if (value.length < shortest || value === shown || this.#shown.has(value)) return;
    this.#shown.set(value, shown);
    const forms = [
      ...this.#forms,
      [value, shown] as const,
      ...base64Forms(value).map((form) => [form, '****'] as const),
    ];
    this.#forms = forms.sort(([a], [b]) => b.length - a.length);
  }

  whole(value: string): string | undefined {
    return this.#shown.get(value);
  }

  hide(text: string): string {
    const whole = this.#shown.get(text);
    if (whole !== undefined || this.#forms.length === 0) return whole ?? text;
    let safe = text;
    for (const [form, shown] of this.#forms) safe = safe.replaceAll(form, () => shown);
    return safe.includes('…') ? this.#hideCut(safe) : safe;
  }

  /** A value that was cut short: its beginning, and the sign of that. */
  #hideCut(text: string): string {
    let safe = text;
    for (const [form, shown] of this.#forms)
      for (let length = form.length - 1; length >= shortest - 2; length--)
        safe = safe.replaceAll(`${form.slice(0, length)}…`, () => `${shown}…`);
    return safe;
  }
}

/** The part of the value's base64 that is the same whatever stands around it, for each of the three places it can begin at. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(before === 0 ? 0 : before + 1, Math.floor(((before + bytes.length) * 8) / 6));
  });
}
