import { PassThrough } from 'node:stream';
import { fromBinary, toJson } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { readMessages } from '../../src/commands/chat-input.ts';
import { Flags } from '../../src/commands/flags.ts';
import { openSession } from '../../src/commands/session.ts';
import type { Io } from '../../src/io.ts';
import { findMethod } from '../../src/schema/find.ts';
import { loadSchema } from '../../src/schema/load.ts';
import { echoProto } from '../support/servers-echo.ts';

function io(): Io {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const { signal } = new AbortController();
  return { stdin, stdout, stderr, env: {}, signal, cwd: '/', packageRoot: '/', now: () => performance.now() };
}

async function echoChat() {
  const schema = await loadSchema({
    protoFiles: [echoProto],
    importPaths: [],
    protosets: [],
    reflect: undefined,
    channel: undefined,
    metadata: [],
    signal: new AbortController().signal,
    deadlineMs: undefined,
    limitMs: undefined,
  });
  const method = await findMethod(schema, 'echo.Echo/Chat');
  const session = openSession({ words: [], flags: new Flags() }, undefined, io(), 'grepl');
  return { session, schema, method };
}

describe('what is typed into a stream', () => {
  test.each<[string, readonly unknown[]]>([
    ['{"text":"a","count":2}', [{ text: 'a', count: 2 }]],
    ['{}', [{}]],
    ['{"text":"a"} {"text":"b"}', [{ text: 'a' }, { text: 'b' }]],
    ['[{"text":"a"},{"text":"b"}]', [{ text: 'a' }, { text: 'b' }]],
    ['{\n "text":"a"\n}', [{ text: 'a' }]],
    ['text: "a" count: 2', [{ text: 'a', count: 2 }]],
    ["text: 'a'", [{ text: 'a' }]],
    ['text=a count=2', [{ text: 'a', count: 2 }]],
    ['text="two words"', [{ text: 'two words' }]],
    ["text='it\"s'", [{ text: 'it"s' }]],
  ])('%s', async (text, wanted) => {
    const input = await echoChat();
    const read = await readMessages(text, input);
    if (!('messages' in read)) throw new Error(read.fault.message);
    expect(read.messages.map((one) => toJson(input.method.input, fromBinary(input.method.input, one)))).toEqual(wanted);
  });

  test.each<[string, number, RegExp]>([
    ['{"text":1}', 8, /expected a string/],
    ['{"txt":"a"}', 1, /no field "txt"/],
    ['{"text":"é","count":"x"}', 20, /count/],
    ['{\n"text":1}', 9, /expected a string/],
    ['{"text":"a"', 11, /./],
    ['{"text":"a"}}', 12, /./],
    ['txt: "a"', 0, /txt/],
    ['hello', 0, /./],
    ['txt=a', 5, /txt/],
  ])('%j is wrong at %i', async (text, at, message) => {
    const read = await readMessages(text, await echoChat());
    expect(read).toMatchObject({ fault: { at } });
    if ('fault' in read) expect(read.fault.message).toMatch(message);
  });
});
