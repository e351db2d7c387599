// Reads the recorded grpcurl sessions of grpcurl-transcripts.md: what was typed, and what came out.
// The schema files that the sessions use are part of the same document.

/** One recorded command line and what grpcurl printed for it. */
export interface Transcript {
  readonly name: string;
  /** The line as typed, with the word grpcurl and `$NAME` for each server. */
  readonly line: string;
  /** The here-document, undefined where there is none. */
  readonly stdin: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
  /** The case says that its own output is not good enough. */
  readonly wanted: boolean;
}

const fence = '```';

/** Control characters stand as `<1B>` in the document. */
function bytes(text: string): string {
  return text.replace(/<([01][0-9A-F])>/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function readBlock(name: string, about: string, block: string): Transcript {
  const lines = block.split('\n');
  const command = /^\$ (.*?)( <<'EOF')?$/.exec(lines[0] ?? '');
  if (!command) throw new Error(`${name}: no command line`);
  const inputEnd = command[2] === undefined ? 0 : lines.indexOf('EOF', 1);
  const rest = lines.slice(inputEnd + 1);
  const exitAt = rest.findIndex((line) => /^--- exit \d+$/.test(line));
  const output = exitAt < 0 ? rest : rest.slice(0, exitAt);
  const errorsAt = output.indexOf('--- stderr');
  return {
    name,
    line: command[1] as string,
    stdin: command[2] === undefined ? undefined : bytes(`${lines.slice(1, inputEnd).join('\n')}\n`),
    stdout: bytes((errorsAt < 0 ? output : output.slice(0, errorsAt)).join('\n')),
    stderr: bytes(errorsAt < 0 ? '' : output.slice(errorsAt + 1).join('\n')),
    exit: exitAt < 0 ? 0 : Number(/\d+/.exec(rest[exitAt] as string)?.[0]),
    wanted: /^Wanted:/m.test(about) || /\. Wanted:/.test(about),
  };
}

/** All sessions of the document, in its order. Throws when one has no command line. */
export function transcripts(document: string): Transcript[] {
  const sections = document.split(/^#### /m).slice(1);
  return sections.map((section) => {
    const name = section.slice(0, section.indexOf('\n'));
    const start = section.indexOf(`\n${fence}\n`);
    const from = start + fence.length + 2;
    const block = section.slice(from, section.indexOf(`\n${fence}`, from));
    return readBlock(name, section.slice(name.length, start), block);
  });
}

/** The schema files of the document: path → content. */
export function schemaFiles(document: string): Record<string, string> {
  const found = document.matchAll(/^`([^`\n]+\.proto)`\n```proto\n([\s\S]*?)^```$/gm);
  return Object.fromEntries([...found].map(([, path, content]) => [path as string, content as string]));
}
