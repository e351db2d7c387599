// Names from foreign schemas inside error messages: always readable, never able to steer a terminal.

const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** The text in double quotes, with control and direction-changing characters escaped as in JSON, at most 200 characters long. */
export function quoted(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  return JSON.stringify(cut).replace(unsafe, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The text as it is if it consists of printable characters only, else quoted. */
export function shown(text: string): string {
  const safe = quoted(text);
  return safe.slice(1, -1) === text ? text : safe;
}
