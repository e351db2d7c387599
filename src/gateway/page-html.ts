// The page at /: every route with a command to try it. No script and nothing from elsewhere, so that text from the server,
// escaped as it is, could do nothing even if it were not.
import type { DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';
import { template as documentTemplate } from '../codec/template.ts';
import { description } from '../rest/openapi-comments.ts';
import { isHttpBody } from '../rest/response-http-body.ts';
import type { HttpBinding, RestDialect, RestRoute } from '../rest/rest.ts';
import type { RestRules } from '../rest/route.ts';
import { streamsResponses } from '../schema/method-kind.ts';
import type { TypeResolver } from '../schema/schema.ts';
import { unsafeButLines } from '../wire/unsafe-text.ts';
import { style } from './page-style.ts';

/** What the pages speak of. */
export interface PageSubject {
  readonly services: readonly DescService[];
  readonly rules: RestRules;
  readonly types: TypeResolver;
  readonly dialect: RestDialect;
  /** The upstream's address. */
  readonly address: string;
  /** The gateway's own URL. */
  readonly url: string;
}

/** The page as HTML. */
export function routesHtml(subject: PageSubject): string {
  // What belongs to gRPC itself is on every server, and not what the reader is looking for.
  const services = subject.services.toSorted((a, b) => Number(isOfGrpc(a)) - Number(isOfGrpc(b)));
  const title = `REST routes of ${subject.address}`;
  const links = services.map(({ typeName }) => `<a href="#${escaped(typeName)}">${escaped(typeName)}</a>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${style}</style></head>
<body><h1>${escaped(title)}</h1>
<p class="soft">Served by grepl gateway at ${escaped(subject.url)}. Open a route for a command to try it.</p>
<p class="soft">Every method also answers to <code>POST /package.Service/Method</code>. The same as a document: <a href="/openapi.json">/openapi.json</a>.</p>
<nav>${services.length > 1 ? links : ''}</nav>
${services.map((service) => serviceHtml(service, subject)).join('')}</body></html>
`;
}

function isOfGrpc({ typeName }: DescService): boolean {
  return typeName.startsWith('grpc.');
}

function serviceHtml(service: DescService, subject: PageSubject): string {
  const methods = service.methods.map((method) => methodHtml(method, subject)).join('');
  const name = escaped(service.typeName);
  return `<section><h2 id="${name}">${name}</h2>${commentHtml(service)}${methods}</section>\n`;
}

function commentHtml(element: DescService | DescMethod): string {
  const { description: text } = description(element);
  return text === undefined ? '' : `<p class="doc">${escaped(text)}</p>`;
}

function methodHtml(method: DescMethod, subject: PageSubject): string {
  const route = subject.rules.routeOf(method);
  const origin = route.source === 'derived' ? `derived, ${route.confidence}` : route.source;
  return `<details><summary><span class="routes">${route.bindings.map(routeHtml).join('')}</span>
<span class="about">${escaped(method.name)} <span>${escaped(`· ${kindOf(method)} · ${origin}`)}</span></span></summary>
<div class="more">${commentHtml(method)}
<p class="soft"><code>${escaped(method.input.typeName)}</code> → <code>${escaped(method.output.typeName)}</code></p>
<pre>${escaped(curlLine(route, subject))}</pre></div></details>`;
}

function routeHtml({ httpMethod, template }: HttpBinding): string {
  const verb = escaped(httpMethod);
  return `<span><code class="verb ${verb}">${verb}</code><code>${escaped(template.text)}</code></span>`;
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
  if (streamsResponses(method)) words.push('-N');
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
  return text.replace(/[&<>"']/g, (char) => entities.get(char)!).replace(unsafe, '\ufffd');
}

const unsafe = new RegExp(unsafeButLines, 'gu');
