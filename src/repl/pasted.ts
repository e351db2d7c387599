// Lines that were copied from a shell: their quotes, pipes and variables are the shell's, not ours, so they are taken whole.
import { type Incomplete, isIncomplete, type Line, type LineWord, splitLine } from './line.ts';

const pasted = /^\s*(?:[$%]\s+)?(?:paste\s+(?=\S)|(?=(?:\S*\/)?(?:grpcurl|curl)(?:\.exe)?\s))/;

/** As splitLine; a command line of curl or grpcurl, and what stands behind `paste`, is one word of the command `paste`. */
export function readLine(text: string): Line | Incomplete {
  const start = pasted.exec(text);
  // `paste ?` asks for help.
  if (!start || /^\s*paste\s+(?:\?|-h|--help)\s*$/.test(text)) return splitLine(text);
  if (/\\$/.test(text)) return { what: 'the line goes on', column: text.length };
  const rest = text.slice(start[0].length);
  if (hasOpenQuote(rest)) return { what: 'a quote is not closed', column: text.length };
  return { words: [word('paste'), word(rest)] };
}

function hasOpenQuote(text: string): boolean {
  try {
    const split = splitLine(text);
    return isIncomplete(split) && /quote/.test(split.what);
  } catch {
    return false;
  }
}

function word(text: string): LineWord {
  return { parts: [{ kind: 'text', text }], column: 1, json: false };
}
