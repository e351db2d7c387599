// Everything that the program does with a schema, done with one: what must work or be refused in a proper way,
// whatever the schema is.
import type { DescMessage, DescMethod } from '@bufbuild/protobuf';
import { anyTypesOf } from '../../../src/codec/any-types.ts';
import { jsonPrinter, MessageError } from '../../../src/codec/json-printer.ts';
import { jsonReader } from '../../../src/codec/json-reader.ts';
import { oneofAlternatives, template, templateFields } from '../../../src/codec/template.ts';
import { textPrinter } from '../../../src/codec/text-printer.ts';
import { textReader } from '../../../src/codec/text-reader.ts';
import { listedRoute } from '../../../src/commands/list.ts';
import { UserError } from '../../../src/errors.ts';
import { describeJson, renderDescribe } from '../../../src/render/describe.ts';
import { renderUserError } from '../../../src/render/error.ts';
import { listJson, renderList, renderMethods } from '../../../src/render/list.ts';
import { protoSource } from '../../../src/render/proto-source.ts';
import { plainStyle } from '../../../src/render/style.ts';
import { restEquivalent } from '../../../src/rest/equivalent.ts';
import { openApiDocument } from '../../../src/rest/openapi.ts';
import { openRestRules } from '../../../src/rest/route.ts';
import { CallFailed } from '../../../src/schema/call-failed.ts';
import { descriptorSetBytes, safeExportPath } from '../../../src/schema/export.ts';
import { findMethod, findService, findSymbol, slashed } from '../../../src/schema/find.ts';
import type { DescSymbol, Schema } from '../../../src/schema/schema.ts';

const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** How many symbols of a schema are looked at closely: the first ones of all kinds. */
const most = 40;

/**
 * Uses the schema for everything there is. `bytes` stand for messages of every type. Returns what went wrong in a way
 * that no schema excuses: anything thrown but a UserError, and control characters in what is shown.
 */
export async function exercise(schema: Schema, bytes: Uint8Array, folder: string): Promise<string[]> {
  const run = new Exercise(schema, bytes, folder);
  await run.everything();
  return run.faults;
}

class Exercise {
  readonly faults: string[] = [];
  readonly #schema: Schema;
  readonly #bytes: Uint8Array;
  readonly #folder: string;
  readonly #rules = openRestRules({ style: 'auto' });

  constructor(schema: Schema, bytes: Uint8Array, folder: string) {
    this.#schema = schema;
    this.#bytes = bytes;
    this.#folder = folder;
  }

  async everything(): Promise<void> {
    const schema = this.#schema;
    const services = (await this.#try('list', () => schema.listServices())) ?? [];
    await this.#try('the list', async () => this.#shown(renderList(services)));
    for (const name of services.slice(0, most)) await this.#service(name);
    for (const name of ['Tree', 'constructor', '__proto__', '.', 'a/b', 'GetAsk', 'RED', 'fuzz.old.Old[100]'])
      await this.#try(`find ${name}`, async () => this.#symbol(await findSymbol(schema, name)));
    await this.#try('files', () => this.#files());
    const names = (await this.#try('names', () => schema.symbolNames())) ?? [];
    for (const name of names.slice(0, most)) {
      const symbol = await this.#try(`look up ${name}`, () => schema.symbol(name));
      if (symbol) await this.#symbol(symbol);
    }
    await this.#try('openapi', async () => {
      const found = await Promise.all(services.map((name) => findService(schema, name)));
      const document = openApiDocument(found, this.#rules, { title: 't', version: '1', dialect: 'google' });
      JSON.stringify(document);
    });
    for (const warning of schema.warnings) this.#shown(warning);
  }

  async #service(name: string): Promise<void> {
    const service = await this.#try(`service ${name}`, () => findService(this.#schema, name));
    if (!service) return;
    await this.#try(`methods of ${name}`, async () => {
      const rest = (method: DescMethod) => listedRoute(this.#rules.routeOf(method));
      this.#shown(renderMethods([service], { long: true, rest, style: plainStyle }));
      JSON.stringify(listJson([service], { long: true, rest }));
    });
    for (const { name: method } of service.methods.slice(0, most)) {
      const found = await this.#try(`method ${method}`, () => findMethod(this.#schema, `${name}/${method}`));
      if (found) await this.#try(`call ${slashed(found)}`, async () => this.#call(found));
    }
  }

  #call(method: DescMethod): void {
    const options = { types: this.#schema.types, dialect: 'google' as const, metadata: [] };
    const request = jsonReader(method.input, { types: this.#schema.types })(documentOf(this.#template(method.input)));
    for (const message of [undefined, request, this.#bytes])
      restEquivalent(this.#rules.routeOf(method), message, options);
  }

  async #symbol(symbol: DescSymbol): Promise<void> {
    const { types } = this.#schema;
    for (const style of ['grepl', 'grpcurl'] as const) {
      await this.#try(`describe ${nameOf(symbol)} (${style})`, async () =>
        this.#shown(renderDescribe(symbol, { style, comments: true, types })),
      );
    }
    await this.#try(`describe ${nameOf(symbol)} (json)`, async () => JSON.stringify(describeJson(symbol, types)));
    if (symbol.kind === 'message') await this.#message(symbol);
  }

  async #message(type: DescMessage): Promise<void> {
    const { types } = this.#schema;
    const name = type.typeName;
    await this.#try(`template of ${name}`, async () => {
      templateFields(type);
      oneofAlternatives(type);
      this.#shown(template(type, { types, style: 'grpcurl', names: 'proto' }));
      this.#readTemplate(type);
    });
    for (const bytes of [this.#bytes, this.#bytes.subarray(2)]) {
      await this.#try(`Any in ${name}`, async () => anyTypesOf(type, this.#schema)(bytes));
      await this.#try(`print ${name}`, async () => {
        const text = jsonPrinter(type, { types, emitDefaults: bytes.length % 2 === 0 })(bytes);
        JSON.parse(text);
        this.#shown(text);
      });
      await this.#try(`print ${name} as text`, async () => this.#shown(textPrinter(type, { types })(bytes)));
    }
  }

  /** What a template says has to be readable, in both formats. */
  #readTemplate(type: DescMessage): void {
    const { types } = this.#schema;
    const filled = this.#template(type);
    let message: Uint8Array;
    try {
      message = jsonReader(type, { types })(documentOf(filled));
    } catch (error) {
      this.faults.push(`the template of ${type.typeName} cannot be read: ${error}\n${filled}`);
      return;
    }
    const again = jsonReader(type, { types })(documentOf(jsonPrinter(type, { types })(message)));
    const text = textPrinter(type, { types })(message);
    const fromText = textReader(type, { types })({ text, from: '-d', line: 1, column: 1 });
    const [first, second, third] = [message, again, fromText].map((bytes) => jsonPrinter(type, { types })(bytes));
    if (first !== second || first !== third)
      this.faults.push(`${type.typeName} changes: ${first}\n${second}\n${third}`);
  }

  #template(type: DescMessage): string {
    return template(type, { types: this.#schema.types });
  }

  async #files(): Promise<void> {
    const { types } = this.#schema;
    const files = await this.#schema.files();
    await this.#try('export as a set', async () => descriptorSetBytes(files));
    for (const file of files.slice(0, most)) {
      await this.#try(`export ${file.proto.name}`, async () => {
        safeExportPath(this.#folder, file.proto.name);
        protoSource(file, { style: 'grepl', comments: true, types });
      });
    }
  }

  #shown(text: string): void {
    if (unsafe.test(text)) this.faults.push(`control characters: ${JSON.stringify(text.slice(0, 400))}`);
  }

  async #try<T>(what: string, action: () => Promise<T>): Promise<T | undefined> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof UserError) this.#shown(renderUserError(error, plainStyle));
      else if (error instanceof MessageError) this.#shown(error.message);
      else if (!(error instanceof CallFailed))
        this.faults.push(`${what}: ${error instanceof Error ? error.stack : error}`);
      return undefined;
    }
  }
}

function documentOf(text: string) {
  return { text, from: '-d', line: 1, column: 1 };
}

function nameOf(symbol: DescSymbol): string {
  return 'typeName' in symbol ? symbol.typeName : symbol.name;
}
