// What is called: an address as typed, parsed once at the edge.

/** How the TLS session is to be made. Paths are read when the channel opens. */
export interface TlsOptions {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** Name verified and sent as SNI instead of the host. */
  readonly serverName?: string | undefined;
  /** Accept any certificate. */
  readonly insecure?: boolean | undefined;
}

/** A parsed address. */
export interface Target {
  /** For messages: `127.0.0.1:50051`, `unix:/run/x.sock`. */
  readonly address: string;
  /** Value of `:authority`. */
  readonly authority: string;
  readonly endpoint: { readonly host: string; readonly port: number } | { readonly socketPath: string };
  /** Put in front of every method path; '' or '/prefix' without a slash at the end. */
  readonly pathPrefix: string;
  /** `discover`: loopback, tried in plaintext first (cli.md §1). */
  readonly security: 'plaintext' | 'tls' | 'discover';
  readonly tls: TlsOptions;
}
