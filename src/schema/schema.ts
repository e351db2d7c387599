// The types known so far, grown on demand from a SchemaSource. See load.ts for how one is made, find.ts for names.
import type {
  DescEnum,
  DescEnumValue,
  DescExtension,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
} from '@bufbuild/protobuf';

/** Anything that has a full name in a schema. */
export type DescSymbol =
  | DescService
  | DescMethod
  | DescMessage
  | DescField
  | DescOneof
  | DescEnum
  | DescEnumValue
  | DescExtension;

/** Types by full name among those loaded so far: what the codec needs for Any, extensions and nested types. */
export interface TypeResolver {
  message(fullName: string): DescMessage | undefined;
  enum(fullName: string): DescEnum | undefined;
  /** The extension of `extendee` with this field number. */
  extension(extendee: DescMessage, number: number): DescExtension | undefined;
  extensionByName(fullName: string): DescExtension | undefined;
}

/** A schema in use. Everything that may ask the source is async; `types` is synchronous and grows. */
export interface Schema {
  /** For messages: `reflection v1 of 127.0.0.1:50051`, `library.proto`. */
  readonly name: string;
  readonly types: TypeResolver;
  readonly warnings: readonly string[];
  /** Full names, sorted. */
  listServices(): Promise<string[]>;
  /**
   * Exact full name, leading dot allowed; undefined if unknown. Methods as `pkg.Svc/Method` or `pkg.Svc.Method`,
   * extensions also as `pkg.Message[100]`.
   */
  symbol(fullName: string): Promise<DescSymbol | undefined>;
  /** Names that can be had without fetching every file, for nearest-name hints and completion. */
  symbolNames(): Promise<string[]>;
  /**
   * The files that may define something called `name` (the last part of a full name), among others; all files where
   * that is not known beforehand.
   */
  filesNaming(name: string): Promise<DescFile[]>;
  /** Every file, dependencies first. */
  files(): Promise<DescFile[]>;
}
