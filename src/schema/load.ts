// Decides where the schema of a run comes from: files given, the server's reflection, or both.
import { UserError } from '../errors.ts';
import type { Metadata } from '../wire/metadata.ts';
import type { Channel } from '../wire/stream.ts';
import { reflection } from './reflection.ts';
import type { Schema } from './schema.ts';
import type { SchemaSource } from './source.ts';
import { openSchema } from './store.ts';
import { unionSource } from './union-source.ts';

/** What the command line says about the schema. */
export interface LoadOptions {
  readonly protoFiles: readonly string[];
  readonly importPaths: readonly string[];
  readonly protosets: readonly string[];
  /** Undefined if not stated: reflection only if no files are given. */
  readonly reflect: 'auto' | 'v1' | 'v1alpha' | 'off' | undefined;
  /** Opens the channel to the server; undefined without an address. Called once, and only if reflection is used. */
  readonly channel: (() => Channel) | undefined;
  /** Sent with reflection calls. */
  readonly metadata: Metadata;
  readonly signal: AbortSignal;
  readonly deadlineMs?: number | undefined;
  /** The limit as it was given, where `deadlineMs` is what is left of it. */
  readonly limitMs?: number | undefined;
}

/**
 * The schema of a run. Files given are used alone unless `reflect` is stated too: then reflection comes first and the
 * files fill what it lacks. Nothing is sent before the first question to the schema; files are read at once.
 *
 * @throws UserError code 2 when there is neither file nor server; code 4 when a file cannot be used.
 */
export async function loadSchema(options: LoadOptions): Promise<Schema> {
  const sources: SchemaSource[] = [];
  const hasFiles = options.protoFiles.length > 0 || options.protosets.length > 0;
  const { reflect } = options;
  const wantsReflection = reflect === undefined ? !hasFiles : reflect !== 'off';
  if (wantsReflection && options.channel) {
    const { metadata, signal, deadlineMs, limitMs } = options;
    sources.push(
      reflection(options.channel(), {
        version: reflect && reflect !== 'off' ? reflect : 'auto',
        metadata,
        signal,
        deadlineMs,
        limitMs,
      }),
    );
  }
  const reflects = sources.length > 0;
  if (options.protoFiles.length > 0) {
    const { protoFiles } = await import('./proto-files.ts');
    sources.push(await protoFiles(options.protoFiles, options.importPaths));
  }
  if (options.protosets.length > 0) {
    const { descriptorSets } = await import('./descriptor-set.ts');
    sources.push(await descriptorSets(options.protosets));
  }
  if (sources.length === 0) throw nothingToLoad(options);
  return openSchema(sources.length === 1 ? sources[0]! : unionSource(sources, reflects && hasFiles));
}

function nothingToLoad({ reflect, channel }: LoadOptions): UserError {
  const files = 'give the schema with --proto FILE or --protoset FILE';
  if (reflect === 'off') return new UserError(2, 'no schema: reflection is off and no file is given', { hint: files });
  const hint = channel ? files : `give an ADDRESS whose server has reflection, or ${files.replace('give ', '')}`;
  return new UserError(2, 'no schema: neither an address nor a file is given', { hint });
}
