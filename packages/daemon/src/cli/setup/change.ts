// What set-up wants of a configuration file, said so that it can be done, done again without effect, and taken back.
// Pure: from the text of a file to its new text. Everything that stands in the file stays as it is, byte for byte,
// comments and order included; after an edit the file is read again and must say what it said before and our part.
import { assert } from '../../kit/assert.ts'
import { editJson, type JsonEdit, parseJsonc } from './jsonc.ts'
import { appendToml, removeToml, type TomlTable } from './toml.ts'

export interface JsonChange {
  readonly format: 'jsonc'
  readonly file: string
  /** In words, for the plan: 'the plugin'. */
  readonly what: string
  /** Edits that bring it about; none when it is there already. */
  wanted(root: unknown): readonly JsonEdit[]
  /** Edits that take it away. */
  unwanted(root: unknown): readonly JsonEdit[]
}

export interface TomlChange extends TomlTable {
  readonly format: 'toml'
  readonly what: string
}

export type Change = JsonChange | TomlChange

/** The text with the change in it; the same text when it was there. Raises config_invalid, saying where and what. */
export function applyChange(text: string, change: Change): string {
  if (change.format === 'toml') return appendToml(text, change)
  return editJson(text, change.file, change.wanted(parseJsonc(text, change.file)))
}

/** The text without the change, for a file that was edited by others after us. */
export function removeChange(text: string, change: Change): string {
  if (change.format === 'toml') return removeToml(text, change)
  return editJson(text, change.file, change.unwanted(parseJsonc(text, change.file)))
}

/** The same change the other way round: what it would add is not to be there. */
export function absent(change: Change): Change {
  assert(change.format === 'jsonc', 'only changes of JSON are turned round')
  return { ...change, wanted: (root) => change.unwanted(root) }
}
