// The page at /: every route with a command to try it. No script and nothing from elsewhere, so that text from the server,
// escaped as it is, could do nothing even if it were not.
import { createHash } from 'node:crypto';
import type { DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { template as documentTemplate } from '../codec/template.ts';
import { isHttpBody } from '../rest/response-http-body.ts';
import type { HttpBinding, RestRoute } from '../rest/rest.ts';
import type { TypeResolver } from '../schema/schema.ts';
import type { PageSubject } from './pages.ts';

const style = `
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
details { border-top: 1px solid #8884; padding: .35rem 0; }
summary { cursor: pointer; display: flex; flex-wrap: wrap; gap: .75rem; align-items: baseline; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { background: #8882; border-radius: 6px; margin: .4rem 0; overflow-x: auto; padding: .6rem .8rem; }
.verb { display: inline-block; font-weight: 600; min-width: 4.5rem; }
.note { color: #8889; font-size: 13px; margin-left: auto; }
`;

/** The page's Content-Security-Policy: its own style, by its hash, and nothing else. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The page as HTML. */
export function routesHtml(subject: PageSubject): string {
  const services = subject.services.map((service) => serviceHtml(service, subject)).join('');
  const title = `REST routes of ${subject.address}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${style}</style></head>
<body><h1>${escaped(title)}</h1>
<p>Every method also answers to <code>POST /package.Service/Method</code>. The same as a document: <a href="/openapi.json">/openapi.json</a>.</p>
${services}</body></html>
`;
}

function serviceHtml(service: DescService, subject: PageSubject): string {
  const methods = service.methods.map((method) => methodHtml(method, subject)).join('');
  return `<section><h2>${escaped(service.typeName)}</h2>${methods}</section>`;
}

function methodHtml(method: DescMethod, subject: PageSubject): string {
  const route = subject.rules.routeOf(method);
  const bindings = route.bindings
    .map(
      ({ httpMethod, template }) =>
        `<span><code class="verb">${escaped(httpMethod)}</code><code>${escaped(template.text)}</code></span>`,
    )
    .join('');
  const origin = route.source === 'derived' ? `derived, ${route.confidence}` : route.source;
  return `<details><summary>${bindings}<span class="note">${escaped(`${method.name} · ${kindOf(method)} · ${origin}`)}</span></summary>
<pre>${escaped(curlLine(route, subject))}</pre></details>`;
}

const kinds = new Map([
  ['unary', 'unary'],
  ['server_streaming', 'server stream'],
  ['client_streaming', 'client stream'],
  ['bidi_streaming', 'both ways'],
]);

function kindOf(method: DescMethod): string {
  return kinds.get(method.methodKind) ?? method.methodKind;
}

/** A command to start from: variables stay in braces, the body is the template of its message. */
function curlLine({ method, bindings }: RestRoute, subject: PageSubject): string {
  // Of a conversation curl can speak the half that is a POST.
  const binding = (method.methodKind === 'bidi_streaming' && bindings.find(({ body }) => body !== '')) || bindings[0]!;
  const words = ['curl'];
  if (method.methodKind === 'server_streaming' || method.methodKind === 'bidi_streaming') words.push('-N');
  if (binding.httpMethod === 'HEAD') words.push('-I');
  else if (binding.httpMethod !== 'GET') words.push('-X', binding.httpMethod === '*' ? 'POST' : binding.httpMethod);
  words.push('-g', quoted(subject.url + plainPath(binding)));
  if (binding.body !== '') words.push(...bodyWords(method, binding, subject));
  return words.join(' ');
}

// `/v1/{name=shelves/*}/books/{id}` as `/v1/shelves/*/books/{id}`.
function plainPath({ template: { text } }: HttpBinding): string {
  return text.replace(/\{[^{}=]+=([^{}]*)\}/g, '$1');
}

/** Longer examples hide more than they show. */
const maxExample = 600;

function bodyWords(method: DescMethod, { body, template }: HttpBinding, { types }: PageSubject): string[] {
  const message = body === '*' ? method.input : method.input.fields.find(({ name }) => name === body)?.message;
  if (message && isHttpBody(message)) return ['-H', quoted('content-type: image/png'), '--data-binary', '@FILE'];
  const bound = new Set(template.variables.map(({ path }) => (body === '*' ? path : path.slice(body.length + 1))));
  const names = message?.fields.filter(({ name }) => bound.has(name)).map(({ jsonName }) => jsonName) ?? [];
  return [
    '-H',
    quoted('content-type: application/json'),
    '-d',
    quoted(message ? example(message, names, types) : '{}'),
  ];
}

/** The template of a message on one line, without what the path says. */
function example(message: DescMessage, without: readonly string[], types: TypeResolver): string {
  try {
    const fields = Object.entries(JSON.parse(documentTemplate(message, { types })));
    const text = JSON.stringify(Object.fromEntries(fields.filter(([name]) => !without.includes(name))));
    return text.length <= maxExample ? text : '{}';
  } catch {
    return '{}';
  }
}

/** One word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

/** Text for an element or an attribute in quotes; characters that are not to be seen become U+FFFD. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => entities.get(char)!)
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
