// Names from foreign schemas inside error messages: always readable, never able to steer a terminal.
import { escapeUnsafe } from '../wire/unsafe-text.ts';

/** The text in double quotes, with control and direction-changing characters escaped as in JSON, at most 200 characters long. */
export function quoted(text: string): string {
  return jsonString(text.length > 200 ? `${text.slice(0, 199)}…` : text);
}

/** The whole text as a JSON string in which control and direction-changing characters are escaped. */
export function jsonString(text: string): string {
  return escapeUnsafe(JSON.stringify(text));
}

/** The text as it is if it consists of printable characters only, else quoted. */
export function shown(text: string): string {
  const safe = quoted(text);
  return safe.slice(1, -1) === text ? text : safe;
}
