// Links between the documents lead to files that exist, and to headings in them; every page of the manual is in its index.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const markdown = (folder: string): string[] => readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
const documents = [...markdown('.'), ...markdown('docs').map((name) => `docs/${name}`)];
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

/** The anchors of a document's headings, as they are made of their texts. */
function anchors(name: string): string[] {
  const headings = [...read(name).matchAll(/^#+ (.*)$/gm)].map(([, text]) => text!.toLowerCase());
  return headings.map((text) => text.replace(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}

test.each(documents)('the links of %s lead somewhere', (name) => {
  const prose = read(name).replace(/^```[\s\S]*?^```/gm, '');
  const broken = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^[a-z]+:/.test(link))
    .filter((link) => {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? name : join(dirname(name), path);
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchors(file).includes(anchor);
    });
  expect(broken).toEqual([]);
});

test('the index of the manual has every page', () => {
  const index = read('docs/README.md');
  const missing = markdown('docs').filter((name) => name !== 'README.md' && !index.includes(`](${name}`));
  expect(missing).toEqual([]);
});
