// Where descriptors come from. Implemented by reflection, proto-files and descriptor-set.
import type { FileDescriptorProto } from '@bufbuild/protobuf/wkt';

/**
 * A source of file descriptors. Both methods reject with UserError code 4 when the source itself cannot be used
 * (no reflection, file missing, hostile) and with a ChannelFailure (reflection.ts) when the RPC below failed.
 */
export interface SchemaSource {
  /** How the source is named in messages: `reflection v1`, `library.proto`, `api.binpb`. */
  readonly name: string;
  /** Full names of the services it offers, sorted. */
  listServices(): Promise<string[]>;
  /**
   * The file that defines `fullName` (a service, method, message, field, enum, enum value or extension; no leading
   * dot) with everything it imports, dependencies first; undefined if the source does not know the name.
   */
  findSymbol(fullName: string): Promise<FileDescriptorProto[] | undefined>;
  /** The file that defines extension `number` of `messageName`, with its imports; undefined if there is none. */
  findExtension(messageName: string, number: number): Promise<FileDescriptorProto[] | undefined>;
  /** Every full name of a given kind that the source can list without fetching (for hints and completion); may be empty. */
  listSymbols(): Promise<string[]>;
  /** All files the source has, dependencies first; for reflection, those of all its services. */
  allFiles(): Promise<FileDescriptorProto[]>;
  /**
   * The files that may define something called `name` (the last part of a full name), with their imports. Left out by
   * sources that would have to fetch all files for it.
   */
  filesNaming?(name: string): Promise<FileDescriptorProto[]>;
  /** What was odd and worked around (missing import, duplicate file), for `-v` and one line on stderr. */
  readonly warnings: readonly string[];
}
