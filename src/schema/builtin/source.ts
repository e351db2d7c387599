// The files that grepl carries along as a source of their own: for status details, which any server may send.
import { UserError } from '../../errors.ts';
import { defines } from '../file-symbols.ts';
import type { SchemaSource } from '../source.ts';
import { builtinFile, builtinFileNames, builtinWithImports } from './builtin.ts';

/** A source over the carried files. Only packages that a name could be in are decoded. */
export function builtinSource(): SchemaSource {
  const fileOf = (fullName: string): string | undefined => {
    const folder = fullName.split('.').slice(0, 2).join('/');
    return builtinFileNames().find((name) => name.startsWith(`${folder}/`) && defines(builtinFile(name)!, fullName));
  };
  return {
    name: 'built-in types',
    warnings: [],
    listServices: async () => [],
    listSymbols: async () => [],
    findExtension: async () => undefined,
    findSymbol: async (fullName) => {
      const name = fileOf(fullName);
      return name === undefined ? undefined : builtinWithImports(name);
    },
    allFiles: async () => {
      throw new UserError(4, 'the built-in types are not listed as files');
    },
  };
}
