// Metadata as lines, as it came or as grpcurl lists it.
import type { Metadata } from '../wire/metadata.ts';
import type { Style } from './style.ts';
import { padCells, visible } from './visible.ts';

/** `name  value` lines, names lined up, in the order sent or received; `(none)` for no metadata. */
export function metadataLines(metadata: Metadata, style: Style): string[] {
  if (metadata.length === 0) return [`  ${style.dim('(none)')}`];
  const width = Math.min(32, Math.max(...metadata.map(([name]) => name.length)));
  return metadata.map(([name, value]) => `  ${style.cyan(padCells(visible(name), width))}  ${visible(value)}`);
}

// What grpc-go keeps to itself (its transport's reserved headers), so that grpcurl never shows it.
const hiddenByGrpcurl = new Set([
  ':status',
  'grpc-message-type',
  'grpc-encoding',
  'grpc-message',
  'grpc-status',
  'grpc-timeout',
  'te',
]);

/** grpcurl's form: `name: value` sorted by name, repeats in their order; `(empty)` for none. */
export function grpcurlMetadata(metadata: Metadata): string {
  const shown = metadata.filter(([name]) => !hiddenByGrpcurl.has(name));
  if (shown.length === 0) return '(empty)';
  const sorted = [...shown].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.map(([name, value]) => visible(`${name}: ${value}`)).join('\n');
}
