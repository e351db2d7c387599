// Status details → JSON documents. google.rpc's own types are built in; others come from the schema in use.
import { unresolvedTypes } from '../codec/any.ts';
import { jsonPrinter } from '../codec/json-printer.ts';
import { UserError } from '../errors.ts';
import { builtinSource } from '../schema/builtin/source.ts';
import type { Schema } from '../schema/schema.ts';
import { openSchema } from '../schema/store.ts';
import type { AnyBytes, Status } from '../wire/status.ts';

/**
 * The details of a status as documents with `@type`. One that cannot be read is shown with `@value` in base64: a broken
 * detail never hides the others, nor the status.
 */
export async function detailDocuments(status: Status, schema: Schema | undefined): Promise<unknown[]> {
  const documents: unknown[] = [];
  for (const detail of status.details) documents.push(await detailDocument(detail, schema));
  return documents;
}

async function detailDocument(detail: AnyBytes, schema: Schema | undefined): Promise<unknown> {
  const name = detail.typeUrl.slice(detail.typeUrl.lastIndexOf('/') + 1);
  for (const source of [schema, openSchema(builtinSource())]) {
    const message = await source?.symbol(name).catch(ignoreUserError);
    if (!source || message?.kind !== 'message') continue;
    try {
      for (const missing of unresolvedTypes(message, detail.value, source.types))
        await source.symbol(missing).catch(ignoreUserError);
      const printed: unknown = JSON.parse(jsonPrinter(message, { types: source.types })(detail.value));
      const isObject = typeof printed === 'object' && printed !== null && !Array.isArray(printed);
      return isObject ? { '@type': detail.typeUrl, ...printed } : { '@type': detail.typeUrl, value: printed };
    } catch {
      break;
    }
  }
  return { '@type': detail.typeUrl, '@value': Buffer.from(detail.value).toString('base64') };
}

function ignoreUserError(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error;
  return undefined;
}
