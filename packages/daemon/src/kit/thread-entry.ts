// Where the code of a worker thread is: beside the module that starts it, with the ending of the files in use.

/** `./name.ts` beside the module `from` (its import.meta.url) when run from source, `./name.js` when built. */
export function threadEntry(name: string, from: string): URL {
  return new URL(`./${name}${from.endsWith('.ts') ? '.ts' : '.js'}`, from)
}
