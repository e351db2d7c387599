// Checks what the programs wrote, so that nobody is fast by leaving something out. Their JSON differs in white space
// and may differ in the order of fields: what is compared is the digest of the parsed documents.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { itemJson, sha256 } from './items.mjs';

const normalised = new Map();
const expected = new Map();

/** Throws unless the file holds items 1 to `count`, as JSON documents one behind the other. */
export function checkItems(file, count) {
  const raw = readFileSync(file);
  const key = sha256(raw);
  // Every run writes the same bytes: parsed once a program.
  if (!normalised.has(key)) normalised.set(key, digest(documents(raw)));
  if (!expected.has(count)) expected.set(count, digest(wantedItems(count)));
  if (normalised.get(key) !== expected.get(count)) throw new Error(`${file} does not hold items 1 to ${count}`);
}

/** Throws unless the file's text passes. */
export function checkText(file, what, passes) {
  const text = readFileSync(file, 'utf8');
  if (!passes(text)) throw new Error(`not ${what}: ${JSON.stringify(text.slice(0, 300))}`);
}

function* wantedItems(count) {
  for (let n = 1; n <= count; n++) yield itemJson(n);
}

/** Documents of flat objects in a file, one a line or spread over lines, as compact JSON with sorted fields. */
function* documents(raw) {
  const newline = 10;
  for (let at = 0; at < raw.length; ) {
    let end = raw.indexOf('}', at);
    if (end < 0) return;
    const text = raw.toString('utf8', at, ++end);
    const document = JSON.parse(text);
    yield JSON.stringify({ id: document.id, name: document.name, total: document.total });
    if (Object.keys(document).length !== 3) yield `unexpected: ${text}`;
    at = raw[end] === newline ? end + 1 : end;
  }
}

function digest(texts) {
  const hash = createHash('sha256');
  let batch = [];
  for (const text of texts) {
    batch.push(text);
    if (batch.length === 10_000) {
      hash.update(batch.join('\n'));
      batch = [''];
    }
  }
  return hash.update(batch.join('\n')).digest('hex');
}
