// The request of an earlier call as a document: for `again` with changes, for the form and for printing the call.
import type { RequestDocument } from '../codec/document.ts';
import { jsonPrinter } from '../codec/json-printer.ts';
import type { CallRecord } from './replies.ts';

/** The messages that were sent, as JSON, one after the other. */
export function requestDocument(record: CallRecord): RequestDocument {
  const print = jsonPrinter(record.method.input, { types: record.schema.types });
  return { text: record.requests.map(print).join('\n'), from: `call $${record.number}`, line: 1, column: 1 };
}
