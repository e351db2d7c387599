// inference.v1.InferenceService: a toy model whose answer is a function of the prompt.
// Tokens come 30 ms apart, so that a stream can be watched and cancelled.
import { notFound, rejectViolations, type Violation } from './failure.ts';
import type { Call, Handlers } from './serve.ts';

interface Prompt {
  model: string;
  prompt: string;
  maxTokens: number;
  temperature?: number;
}

interface TokenChunk {
  text: string;
  isFinal: boolean;
  tokensGenerated: number;
}

const tokenInterval = 30;
const defaultTokens = 16;
const models = new Set(['', 'echo-small', 'echo-large']);

/** The handlers of inference.v1.InferenceService. */
export function inferenceService(): Handlers {
  return {
    Complete: (request: Prompt) => {
      const tokens = complete(request);
      return { text: tokens.join(''), tokensGenerated: tokens.length };
    },
    StreamComplete: (request: Prompt, call: Call) => chunks(complete(request), call),
    Chat: async function* (messages: AsyncIterable<{ role: string; content: string }>, call: Call) {
      for await (const { role, content } of messages) {
        rejectViolations(roleViolations(role));
        if (role !== 'system') yield* chunks(answer(content, defaultTokens), call);
      }
    },
    RunInference: (request: Prompt) => {
      const tokens = complete(request);
      return { output: tokens.join(''), tokensUsed: tokens.length + wordsOf(request.prompt).length };
    },
    StreamInference: async function* (request: Prompt, call: Call) {
      for await (const { text, isFinal } of chunks(complete(request), call)) yield { token: text, isFinal };
    },
  };
}

function roleViolations(role: string): Violation[] {
  return role === '' || role === 'user' || role === 'system' ? [] : [['role', 'must be "user" or "system"']];
}

function complete({ model, prompt, maxTokens, temperature = 0 }: Prompt): string[] {
  if (!models.has(model)) throw notFound('model', model);
  const violations: Violation[] = [];
  if (prompt.trim() === '') violations.push(['prompt', 'must not be empty']);
  if (maxTokens < 0) violations.push(['max_tokens', 'must not be negative']);
  if (!(temperature >= 0 && temperature <= 2)) violations.push(['temperature', 'must be from 0 to 2']);
  rejectViolations(violations);
  return answer(prompt, maxTokens || defaultTokens);
}

/** The toy model: it says what it has heard, in at most so many tokens. A token is a word with the blank before it. */
function answer(prompt: string, maxTokens: number): string[] {
  const words = ['You', 'said:', ...wordsOf(prompt)];
  return words.slice(0, maxTokens).map((word, index) => (index === 0 ? word : ` ${word}`));
}

function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

async function* chunks(tokens: readonly string[], call: Call): AsyncGenerator<TokenChunk> {
  for (const [index, text] of tokens.entries()) {
    await call.sleep(tokenInterval);
    yield { text, isFinal: index === tokens.length - 1, tokensGenerated: index + 1 };
  }
}
