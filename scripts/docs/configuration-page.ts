// docs/reference/configuration.md, from the table of options.
import type { Option } from '../../packages/daemon/src/config/option.ts'
import { optionNames, options } from '../../packages/daemon/src/config/options.ts'
import { cell } from './schema-words.ts'

export function configurationPage(): string {
  return [
    '# Configuration',
    '',
    'Written by `npm run docs` from `packages/daemon/src/config/options.ts`. A flag goes before an environment variable,',
    'that before `config.json` in the data directory, that before the default. A variable set to nothing counts as not',
    'set. Anything unknown or of the wrong kind is refused at start, with the place and the remedy.',
    '',
    '| flag of `iai-mcp daemon` | environment | `config.json` | default | |',
    '|---|---|---|---|---|',
    ...optionNames.map((name) => row(options[name])),
    '',
    '```json',
    '{ "http_port": 0, "log_level": "warn" }',
    '```',
    '',
  ].join('\n')
}

function row({ flag, env, key, kind, fallback, fallbackText, help }: Option<unknown>): string {
  const cells = [
    flag === null ? '' : `\`${flag} ${kind.placeholder}\``,
    env === null ? '' : `\`${env}\``,
    key === null ? '' : `\`${key}\``,
    fallbackText ?? `\`${fallback}\``,
    `${help} Must be ${kind.expected}.`,
  ]
  return `| ${cells.map(cell).join(' | ')} |`
}
