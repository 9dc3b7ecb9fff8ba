// What the entries have in common that hosts start again and again (`mcp`, `hook`): the options that find the daemon,
// read without the command line's own parser, which takes longer to load than they run.
import { type Config, readConfig } from '../config/config.ts'
import { processInput } from '../config/environment.ts'
import { options } from '../config/options.ts'

const names = { dataDir: nameOf(options.dataDir.flag), socketPath: nameOf(options.socketPath.flag) }

/** For `parseArgs`. */
export const placeOptions = {
  [names.dataDir]: { type: 'string' },
  [names.socketPath]: { type: 'string' },
} as const

/** `values` as `parseArgs` gave them. Raises config_invalid. */
export function configOf(values: Readonly<Record<string, unknown>>): Config {
  const text = (name: string) => (typeof values[name] === 'string' ? values[name] : undefined)
  return readConfig(processInput({ dataDir: text(names.dataDir), socketPath: text(names.socketPath) }))
}

function nameOf(flag: string | null): string {
  return flag?.slice(2) ?? ''
}
