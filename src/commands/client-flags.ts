// Which client makes the calls, by --client, and what only grpc-js takes: its service config and channel options.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { JsonCursor } from '../codec/json-reader-cursor.ts';
import { UserError } from '../errors.ts';
import type { Io } from '../io.ts';
import type { GrpcJsOptions } from '../wire/grpc-js-channel.ts';
import type { Flags } from './flags.ts';

/** The clients by name. */
export type Client = 'native' | 'grpc-js';

/** Whom --client names. `both` holds for calls; what else there is to ask, the native client asks then. */
export function clientOf(flags: Flags): Client | 'both' {
  return (flags.text('client') as Client | 'both' | undefined) ?? 'native';
}

/**
 * What --service-config and --channel-option say. Throws UserError 2 for either without grpc-js, for a file that cannot be
 * read, for text that is no JSON object, with the place, and for an option without a value.
 */
export function grpcJsFlags(
  flags: Flags,
  io: Pick<Io, 'cwd'>,
): Pick<GrpcJsOptions, 'serviceConfig' | 'channelOptions'> {
  const config = flags.text('service-config');
  const options = flags.list('channel-option');
  const given = config !== undefined ? 'service-config' : options.length > 0 ? 'channel-option' : undefined;
  if (given === undefined) return {};
  if (clientOf(flags) === 'native') {
    const hint =
      given === 'service-config' ? 'add --client grpc-js; --retry N tries again natively' : 'add --client grpc-js';
    throw new UserError(2, `--${given} is for grpc-js, and the native client makes this call`, { hint });
  }
  return {
    ...(config === undefined ? {} : { serviceConfig: readConfig(config, io.cwd) }),
    ...(options.length === 0 ? {} : { channelOptions: new Map(options.map(readOption)) }),
  };
}

function readOption(text: string): [string, string | number] {
  const [, name, value] = /^([^=\s]+)=([\s\S]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UserError(2, `--channel-option: ${JSON.stringify(text)} is no NAME=VALUE`, {
      hint: 'such as grpc.max_receive_message_length=8388608',
    });
  }
  return [name, /^-?\d{1,15}$/.test(value) ? Number(value) : value];
}

function readConfig(given: string, cwd: string): string {
  const file = given.startsWith('@') ? given.slice(1) : undefined;
  const text = file === undefined ? given : readText(file, cwd);
  const from = file ?? '--service-config';
  const cursor = new JsonCursor({ lenient: false, allowUnknown: true });
  try {
    cursor.start({ text, from, line: 1, column: 1 });
    if (cursor.space() !== openBrace) cursor.unexpected('the object of a service config');
    cursor.skipValue();
    cursor.finish();
    return text;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(2, error.message, { hint: error.hint ?? example });
  }
}

const openBrace = 0x7b;
const example = `such as '{"methodConfig":[{"name":[{}],"retryPolicy":{…}}]}'; docs/clients.md has one`;

function readText(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new UserError(2, `--service-config @${file} cannot be read: ${why}`, { cause: error });
  }
}
