// Service configs as grpc-js 1.14 takes them, with its traps told: what it misreads is written so that it does not.
// (https://github.com/grpc/grpc-proto/blob/master/grpc/service_config/service_config.proto)

type Json = { [name: string]: unknown };

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Attempts that grpc-js makes at most, unless its option says otherwise. */
const mostAttempts = 5;

/**
 * The config for grpc-js, as JSON. A timeout with a fraction, which it would read as that many nanoseconds, goes in
 * seconds and nanoseconds; `say` hears of that, and of more attempts than are made. Anything else it judges itself.
 */
export function readServiceConfig(
  text: string,
  options: ReadonlyMap<string, string | number>,
  say: (line: string) => void,
): string {
  const config: unknown = JSON.parse(text);
  const methods = isObject(config) && Array.isArray(config.methodConfig) ? config.methodConfig.filter(isObject) : [];
  for (const method of methods) {
    mendTimeout(method, say);
    if (!options.has('grpc-node.retry_max_attempts_limit')) warnOfAttempts(method, say);
  }
  return JSON.stringify(config);
}

function mendTimeout(method: Json, say: (line: string) => void): void {
  const [, seconds, fraction] = /^(\d+)\.(\d{1,9})s$/.exec(String(method.timeout)) ?? [];
  if (seconds === undefined || fraction === undefined) return;
  const mended = { seconds: Number(seconds), nanos: Number(fraction.padEnd(9, '0')) };
  say(
    `grepl: warning: grpc-js reads the fraction of timeout "${method.timeout}" as nanoseconds: a program would wait ` +
      `${Number(seconds)} s and ${Number(fraction)} ns. It is taken as meant here; a program has to write ${JSON.stringify(mended)}`,
  );
  method.timeout = mended;
}

function warnOfAttempts(method: Json, say: (line: string) => void): void {
  for (const policy of [method.retryPolicy, method.hedgingPolicy]) {
    if (!isObject(policy) || !(Number(policy.maxAttempts) > mostAttempts)) continue;
    say(
      `grepl: warning: grpc-js makes ${mostAttempts} attempts at most, not ${policy.maxAttempts}: ` +
        '--channel-option grpc-node.retry_max_attempts_limit=N raises that',
    );
  }
}
