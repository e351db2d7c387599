// Help on what no single command is about. The texts that say «see grepl help …» name these.

/** Topics by name; each is a page with a newline at the end. */
export const helpTopics: ReadonlyMap<string, string> = new Map([
  [
    'requests',
    `What a request is made of

  name=value          a field; its type decides how the value is read
  a.b[0].c=value      a field of a message in a list in a message
  name:=JSON          a value as JSON;  name=@FILE  from a file
  -d JSON             the request; -d @FILE a file, -d @ stdin
  a pipe              stdin: documents one a line, one behind the other over
                      any lines, or in one array. A method that takes a stream
                      gets them as messages, --each makes a call of each.
  --in text           protobuf's text format instead of JSON
  no data             on a terminal: the form; else an empty request

  JSON is protobuf's: field names as in JSON or as in the schema, 64-bit numbers
  as text or digits, bytes as base64, Timestamp "2026-11-20T12:00:00Z",
  Duration "1.5s", FieldMask "a,b", Any with "@type".

  $ grepl template :50051 CreateOrder > order.json
  $ grepl call :50051 CreateOrder -d @order.json
`,
  ],
  [
    'settings',
    `What holds where the command line says nothing, the strongest first

  environment   GREPL_ADDRESS, GREPL_TOKEN, and a variable for each flag:
                GREPL_DEADLINE=5s, GREPL_CONNECT_TIMEOUT=3
  profile       --profile NAME or GREPL_PROFILE: [profiles.NAME] of the files
  project       .grepl/config.toml, in this folder or the nearest one upward
  user          ~/.config/grepl/config.toml

  Settings are called as flags are; address, metadata, prod and profile besides:

    deadline = "5s"
    [profiles.staging]
    address = "staging.example.com:443"
    bearer = "\${STAGING_TOKEN}"
    metadata = { x-tenant = "acme" }

  prod = true   calls that may change something take the word yes; --yes says it
  trust         what a project's file may send of yours is asked for once;
                --trust agrees for one run
  In the REPL show --origin says where each setting is from.
`,
  ],
  [
    'exit-codes',
    `Exit codes

  0     the call ended with OK, or as --expect-status says
  1     a bug in grepl
  2     command line, settings, certificates; a question answered with no
  3     request data
  4     schema: no such method, no reflection, a wrong .proto file
  5     output that cannot be written
  6     --expect or --expect-status; --client both and rest --diff: they differ
  64+N  gRPC status N:
        65 CANCELLED            71 PERMISSION_DENIED    77 INTERNAL
        66 UNKNOWN              72 RESOURCE_EXHAUSTED   78 UNAVAILABLE
        67 INVALID_ARGUMENT     73 FAILED_PRECONDITION  79 DATA_LOSS
        68 DEADLINE_EXCEEDED    74 ABORTED              80 UNAUTHENTICATED
        69 NOT_FOUND            75 OUT_OF_RANGE
        70 ALREADY_EXISTS       76 UNIMPLEMENTED
  130, 143, 141   Ctrl-C, SIGTERM, the reader of stdout went away

  With --each the first failure decides, in a script the line that failed.
  With grpcurl's command lines other failures are 1, wrong usage is 2.
`,
  ],
  [
    'rest-mapping',
    `How a call becomes a REST call

  declared   the method has a google.api.http rule, or --http-rules FILE has one
             for it (the file wins). Path variables come from the message, the
             body is the field that the rule names, the rest is the query.
  derived    no rule: what a designer of REST APIs would have written, from the
             names of the method and its fields. The reason and how sure it is
             (high, medium, low) stand beside it. The same names give the same
             route.
  rpc-path   POST /package.Service/Method with the message as the body.
             --rest-style rpc shows it for every method.

  A message that fits no binding of a rule has no REST form; each binding is
  named, and why not. Where a derived route does not fit, the RPC path is given.
  --rest-dialect says whose servers are meant: google, gateway (grpc-gateway),
  envoy, connect. It changes the error body, the form of streams, the names of
  metadata and deadline headers, and what is warned about.
  --rest-base URL says where the API is; without it curl lines go to
  http://127.0.0.1:8080, where grepl gateway listens.

  $ grepl rest :50051 userservice.v1.UserService/GetUser user_id=u-1
  $ grepl list :50051 library.v1.LibraryService -l
`,
  ],
  [
    'rest-streams',
    `How streams are carried over HTTP

  server stream   one answer with many messages: lines of JSON, server-sent
                  events, or one array, as Accept says: application/x-ndjson,
                  text/event-stream, application/json. grepl gateway takes all
                  three.
  client stream   one POST with all messages, as lines of JSON or as one array;
                  the answer is one message.
  bidi            a WebSocket on the method's path, each message a text frame;
                  {"$end":true} ends your side. A POST with all messages works
                  too, but nothing is answered before the last of them is sent.

  Errors: the HTTP status goes out before the first message. A call that fails
  later is still 200, and the error arrives as the last piece of the stream: an
  event named error, a last line or element {"error":…}, a frame before the
  close. In the envoy dialect it is in trailers, which HTTP/1.1 clients do not
  see. grepl gateway breaks the connection off after such an error, in every
  dialect, so that no client takes what it has for the whole.

  $ curl -N http://127.0.0.1:8080/v1/inference:streamComplete \\
      -H 'accept: text/event-stream' --json '{"prompt":"hello"}'
`,
  ],
]);
