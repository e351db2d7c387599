// How the page at / looks, in light and dark and on narrow screens, and the policy that lets it have this style and no
// more.
import { createHash } from 'node:crypto';

/** The page's only style sheet. */
export const style = `
:root { color-scheme: light dark; --text: #1c2128; --soft: #57606a; --line: #d8dee4; --box: #f6f8fa; --link: #0758b8;
  --get: #116329; --post: #0758b8; --change: #8a4b00; --delete: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --soft: #9aa4af; --line: #343b44; --box: #161b22;
  --link: #79b8ff; --get: #7ee08f; --post: #79b8ff; --change: #f0b35c; --delete: #ff9a92; } }
* { box-sizing: border-box; }
body { background: Canvas; color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 68rem;
  overflow-wrap: anywhere; padding: 2rem 1.25rem 4rem; }
a { color: var(--link); }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.25rem 0 .25rem; }
p { margin: .25rem 0; } .soft, .doc { color: var(--soft); }
.doc { max-width: 48rem; white-space: pre-line; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1.25rem; margin: 1rem 0; }
code, pre { font: 13px/1.5 ui-monospace, 'SFMono-Regular', Menlo, Consolas, monospace; }
pre { background: var(--box); border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0 0; padding: .6rem .8rem;
  user-select: all; white-space: pre-wrap; }
details { border-top: 1px solid var(--line); } h2 ~ details:last-child { border-bottom: 1px solid var(--line); }
summary { align-items: baseline; cursor: pointer; display: flex; gap: 1rem; justify-content: space-between;
  list-style: none; padding: .45rem .25rem; }
summary::-webkit-details-marker { display: none; }
summary:hover, summary:focus-visible { background: var(--box); }
.routes { min-width: 0; } .routes > span { display: flex; gap: .5rem; }
.verb { flex: none; font-weight: 600; width: 4.5rem; }
.verb.GET, .verb.HEAD { color: var(--get); } .verb.POST { color: var(--post); }
.verb.PUT, .verb.PATCH { color: var(--change); } .verb.DELETE { color: var(--delete); }
.about { flex: none; font-size: 13px; text-align: right; } .about span { color: var(--soft); }
.more { padding: .1rem .25rem 1rem 5.25rem; }
@media (max-width: 44rem) {
  summary { flex-wrap: wrap; gap: 0 1rem; } .about { flex: 1 1 100%; padding-left: 5rem; text-align: left; }
  .more { padding-left: .25rem; }
}
`;

/** The page's Content-Security-Policy: its own style, by its hash, and nothing else. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
