// A text in the person's own editor, and back.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../io.ts';
import type { Terminal } from '../prompt/terminal.ts';

/**
 * Opens `$VISUAL`, else `$EDITOR`, else vi on the text and resolves to what was saved; to a sentence that says why there
 * is nothing, when the editor cannot be started or ends with another code than 0. The file is the person's alone and is
 * removed.
 */
export async function editText(
  terminal: Terminal,
  io: Io,
  text: string,
): Promise<{ readonly text: string } | { readonly refused: string }> {
  const editor = io.env.VISUAL || io.env.EDITOR || 'vi';
  const folder = mkdtempSync(join(tmpdir(), 'grepl-'));
  const path = join(folder, 'request.json');
  try {
    writeFileSync(path, text, { mode: 0o600 });
    const code = await terminal.lend(() => runEditor(editor, path, io));
    return code === 0 ? { text: readFileSync(path, 'utf8') } : { refused: refusal(editor, code) };
  } catch (error) {
    return { refused: (error as Error).message };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runEditor(editor: string, path: string, io: Io): Promise<number> {
  const { spawn } = await import('node:child_process');
  // The variable holds a command with its arguments (`code --wait`), so a shell takes it apart.
  const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', path], { cwd: io.cwd, stdio: 'inherit' });
  return new Promise((done) => {
    child.once('error', () => done(127));
    child.once('close', (code) => done(code ?? 1));
  });
}

function refusal(editor: string, code: number): string {
  if (code === 127) return `${editor} was not found; set VISUAL or EDITOR`;
  return `${editor} ended with exit code ${code}: nothing was changed`;
}
