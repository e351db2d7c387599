// The rows of the commands for what is kept in files and what is copied out and pasted in; a part of table.ts.
import type { ReplCommand } from './table.ts';

/** Their rows, in the order of help. */
export const keptCommands: readonly ReplCommand[] = [
  {
    name: 'save',
    words: 'NAME [N] [--replace]',
    summary: 'keep the last call, or call N, in the project, without its credentials',
    examples: ['save get-user', 'save charge 3 --replace'],
    choices: ['--replace'],
    load: async () => ({ run: (await import('./commands/saved.ts')).save }),
  },
  {
    name: 'saved',
    words: '[TEXT]',
    summary: 'the saved requests',
    examples: ['saved', 'saved user'],
    load: async () => ({ run: (await import('./commands/saved.ts')).saved }),
  },
  {
    name: 'run',
    words: 'NAME [FIELD=VALUE…] [--each FILE] [flags]',
    summary: 'make a saved call; with --each once for every object of a file, whose members stand for ${NAME}',
    examples: ['run get-user', 'run get-user user_id=u-2', 'run get-user --each users.ndjson -o ndjson'],
    takes: 'saved',
    choices: ['--each'],
    load: async () => ({ run: (await import('./commands/saved.ts')).run }),
  },
  {
    name: 'draft',
    words: '[N|METHOD | rm N]',
    summary: 'forms that were not sent; with a number one is gone on with',
    examples: ['draft', 'draft 1', 'draft rm 2'],
    choices: ['rm'],
    load: async () => ({ run: (await import('./commands/draft.ts')).draft }),
  },
  {
    name: 'copy',
    words: '[curl|grpcurl|grepl|json] [N] [--shell bash|cmd|pwsh]',
    summary: 'a call as a line to paste elsewhere; at a terminal it is on the clipboard too',
    examples: ['copy curl', 'copy grpcurl 3', 'copy grepl --shell pwsh', 'copy json > request.json'],
    choices: ['curl', 'grpcurl', 'grepl', 'json', '--shell'],
    load: async () => ({ run: (await import('./commands/copy.ts')).copy }),
  },
  {
    name: 'paste',
    words: '[COMMAND LINE]',
    summary: 'a command line of grpcurl, curl or grepl as a request; also without the word paste',
    examples: [
      `paste grpcurl -d '{"user_id":"u-1"}' :50051 users.v1.UserService/GetUser`,
      'paste',
      'curl http://127.0.0.1:8080/users/u-1',
    ],
    load: async () => ({ run: (await import('./commands/paste.ts')).paste }),
  },
  {
    name: 'profile',
    words: '[NAME | -]',
    summary: 'the profiles of the config files, or going to one',
    examples: ['profile', 'profile staging', 'profile -'],
    takes: 'profile',
    load: async () => ({ run: (await import('./commands/profile.ts')).profile }),
  },
];
