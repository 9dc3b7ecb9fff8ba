// What one option is, and the kinds of value there are. A kind reads text (flags, environment) and JSON (config file)
// and says in words what it expects; it never throws. The options themselves are in options.ts.
import { limits } from '../kit/limits.ts'
import { parseSettings, type RedactionSettings } from '../text/redaction.ts'

/** Why a value was not taken, as the end of the sentence "… must be". */
export interface Kind<T> {
  readonly placeholder: string
  readonly expected: string
  /** undefined: not a value of this kind */
  fromText(text: string): T | undefined
  fromJson(value: unknown): T | undefined
  /** Of a JSON value that is none: what is wrong with it, where `expected` alone would leave the user searching. */
  wrong?(value: unknown): string
}

export interface Option<T> {
  /** Long flag without its value, or null when the option must not stand in a process list. */
  readonly flag: `--${string}` | null
  readonly env: string | null
  /** Key in config.json, or null when the file is the wrong place for it. */
  readonly key: string | null
  readonly kind: Kind<T>
  readonly fallback: T
  /** The default in words, where the value alone does not say it. */
  readonly fallbackText?: string
  readonly help: string
}

export const redactionKind: Kind<RedactionSettings> = {
  placeholder: '<object>',
  expected: 'an object with "patterns" and "projects"',
  fromText: () => undefined,
  fromJson(value) {
    const settings = parseSettings(value)
    return typeof settings === 'string' ? undefined : settings
  },
  wrong(value) {
    const settings = parseSettings(value)
    return typeof settings === 'string' ? settings : ''
  },
}

/** A text that must not appear in logs, errors or JSON. */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '(secret)'
  }

  toJSON(): string {
    return '(secret)'
  }
}

function textKind<T>(placeholder: string, expected: string, parse: (text: string) => T | undefined): Kind<T> {
  return {
    placeholder,
    expected,
    fromText: parse,
    fromJson: (value) => (typeof value === 'string' ? parse(value) : undefined),
  }
}

export const pathKind: Kind<string> = textKind('<path>', 'a path (text, without NUL)', (text) =>
  text.length > 0 && !text.includes('\0') ? text : undefined,
)

export const portKind: Kind<number> = {
  placeholder: '<port>',
  expected: 'a port number from 0 to 65535 (0: let the system choose)',
  fromText: (text) => (/^\d{1,5}$/.test(text) ? portKind.fromJson(Number(text)) : undefined),
  fromJson: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : undefined,
}

export const minutesKind: Kind<number> = {
  placeholder: '<minutes>',
  expected: `a whole number of minutes from 0 (never) to ${limits.idleExitMinutesMax}`,
  fromText: (text) => (/^\d{1,6}$/.test(text) ? minutesKind.fromJson(Number(text)) : undefined),
  fromJson: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= limits.idleExitMinutesMax
      ? value
      : undefined,
}

export function millisecondsKind(max: number): Kind<number> {
  return {
    ...countKind(max),
    placeholder: '<ms>',
    expected: `a whole number of milliseconds from 1 to ${max}`,
  }
}

export function countKind(max: number): Kind<number> {
  const fromJson = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max ? value : undefined
  return {
    placeholder: '<count>',
    expected: `a whole number from 1 to ${max}`,
    fromText: (text) => (/^\d{1,6}$/.test(text) ? fromJson(Number(text)) : undefined),
    fromJson,
  }
}

const loopbackHosts: readonly string[] = ['127.0.0.1', '::1', 'localhost']

export const loopbackKind: Kind<string> = textKind(
  '<host>',
  `a loopback address (${loopbackHosts.join(', ')}): the memory is for this machine only`,
  (text) => (loopbackHosts.includes(text) ? text : undefined),
)

export function choiceKind<const T extends string>(choices: readonly T[]): Kind<T> {
  return textKind(`<${choices.join('|')}>`, `one of ${choices.join(', ')}`, (text) =>
    choices.find((choice) => choice === text),
  )
}

/** Who makes vectors for memories. */
export type EmbeddingChoice =
  | { readonly kind: 'builtin' | 'off' }
  /** an endpoint that texts are sent to */
  | { readonly kind: 'openai' | 'ollama'; readonly url: URL }
  /** models for @huggingface/transformers; the folder as given, until config.ts makes it absolute */
  | { readonly kind: 'transformers'; readonly folder: string }

export const embeddingKind: Kind<EmbeddingChoice> = textKind(
  '<embedding>',
  'builtin, off, ollama:<http address>, openai:<http address> or transformers:<folder>',
  (text) => {
    if (text === 'builtin' || text === 'off') return { kind: text }
    const [, kind, rest = ''] = /^(ollama|openai|transformers):(.+)$/.exec(text) ?? []
    if (kind === 'transformers') return rest.includes('\0') ? undefined : { kind, folder: rest }
    const url = URL.parse(rest)
    const isWeb = url !== null && /^https?:$/.test(url.protocol)
    return isWeb && (kind === 'ollama' || kind === 'openai') ? { kind, url } : undefined
  },
)

export const nameKind: Kind<string> = textKind('<name>', 'a name (text)', (text) =>
  text.trim() === '' ? undefined : text,
)

export const secretKind: Kind<Secret> = textKind('<text>', 'a non-empty text', (text) =>
  text.length > 0 ? new Secret(text) : undefined,
)

/** The same kind, for an option that may be unset. */
export function optional<T>(kind: Kind<T>): Kind<T | null> {
  return kind
}
