// The request of an earlier call as a document: for `again` with changes, for the form and for printing the call.
import type { RequestDocument } from '../codec/document.ts';
import { jsonPrinter } from '../codec/json-printer.ts';
import type { CallRecord } from './replies.ts';

/** The messages that were sent, as JSON. */
export function requestTexts(record: CallRecord): string[] {
  return record.requests.map(jsonPrinter(record.method.input, { types: record.schema.types }));
}

/** The messages that were sent, as JSON, one after the other. */
export function requestDocument(record: CallRecord): RequestDocument {
  return { text: requestTexts(record).join('\n'), from: `call $${record.number}`, line: 1, column: 1 };
}
