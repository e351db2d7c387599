// Passes over a value of the text format whose field is unknown or reserved: its form tells where it ends.
// https://protobuf.dev/reference/protobuf/textformat-spec/#fields
import { describe, type FailAt } from './text-scalar.ts';
import type { TextScanner } from './text-token.ts';

/** Moves the cursor, which is behind a field's name, behind the field's value. Calls `fail` where there is none. */
export function skipValue(scanner: TextScanner, fail: FailAt, depth: number): void {
  const colon = scanner.take(':');
  if (!scanner.take('[')) {
    skipOne(scanner, fail, depth, colon);
    return;
  }
  if (scanner.take(']')) return;
  do skipOne(scanner, fail, depth, colon);
  while (scanner.take(','));
  if (!scanner.take(']')) fail(scanner.token.start, `expected "," or "]" in the list, got ${describe(scanner.token)}`);
}

function skipOne(scanner: TextScanner, fail: FailAt, depth: number, colon: boolean): void {
  const { start } = scanner.token;
  const close = scanner.take('{') ? '}' : scanner.take('<') ? '>' : undefined;
  if (close !== undefined) {
    skipFields(scanner, close, fail, depth + 1);
    return;
  }
  if (!colon) fail(start, `expected ":" or "{" after the field name, got ${describe(scanner.token)}`);
  const negative = scanner.take('-');
  const { kind } = scanner.token;
  if (kind === 'string' && !negative) {
    while (scanner.token.kind === 'string') scanner.next();
    return;
  }
  if (kind !== 'name' && kind !== 'number') fail(start, `expected a value, got ${describe(scanner.token)}`);
  scanner.next();
}

function skipFields(scanner: TextScanner, close: string, fail: FailAt, depth: number): void {
  if (depth > 100) fail(scanner.token.start, 'nested to more than depth 100');
  while (!scanner.take(close)) {
    const { kind, start } = scanner.token;
    if (scanner.at('[')) scanner.bracketName();
    else if (kind === 'name' || kind === 'number') scanner.next();
    else fail(start, `expected a field or "${close}", got ${describe(scanner.token)}`);
    skipValue(scanner, fail, depth);
    if (!scanner.take(',')) scanner.take(';');
  }
}
