// Help on what no single command is about. The texts that say «see grepl help …» name these.

/** Topics by name; each is a page with a newline at the end. */
export const helpTopics: ReadonlyMap<string, string> = new Map([
  [
    'rest-mapping',
    `How a call becomes a REST call

  declared   the method has a google.api.http rule, or --http-rules FILE has one for it (the file wins).
             Path variables come from the message, the body is the field that the rule names, the rest is the query.
  derived    no rule: what a designer of REST APIs would have written, from the names of the method and its fields.
             The reason and how sure it is (high, medium, low) stand beside it. The same names give the same route.
  rpc-path   POST /package.Service/Method with the message as the body. --rest-style rpc shows it for every method.

  A message that fits no binding of a rule has no REST form; each binding is named, and why not.
  --rest-dialect says whose servers are meant: google, gateway (grpc-gateway), envoy, connect. It changes the error
  body, the form of streams, the names of metadata and deadline headers, and what is warned about.
  --rest-base URL says where the API is; without it curl lines go to http://127.0.0.1:8080, where grepl gateway listens.

  $ grepl rest :50051 userservice.v1.UserService/GetUser user_id=u-1
  $ grepl list :50051 library.v1.LibraryService -l
`,
  ],
  [
    'rest-streams',
    `How streams are carried over HTTP

  server stream   one answer with many messages: lines of JSON, server-sent events, or one array, as Accept says:
                  application/x-ndjson, text/event-stream, application/json. grepl gateway takes all three.
  client stream   one POST with all messages, as lines of JSON or as one array; the answer is one message.
  bidi            a WebSocket on the method's path, each message a text frame; {"$end":true} ends your side.
                  A POST with all messages works too, but nothing is answered before the last of them is sent.

  Errors: the HTTP status goes out before the first message. A call that fails later is still 200, and the error
  arrives as the last piece of the stream: an event named error, a last line or element {"error":…}, a frame before the
  close. In the envoy dialect it is in trailers, which HTTP/1.1 clients do not see. grepl gateway breaks the connection
  off after such an error, in every dialect, so that no client takes what it has for the whole.

  $ curl -N http://127.0.0.1:8080/v1/inference:streamComplete -H 'accept: text/event-stream' --json '{"prompt":"hello"}'
`,
  ],
]);
