// Reads the text of a git configuration file, as git itself does (git-config(1), "Syntax"). Only what stands in the text:
// includes are not followed, so that a repository cannot have other files read by naming them.

export interface ConfigEntry {
  /** `section.name` or `section.subsection.name`; section and name in lower case */
  readonly key: string
  readonly value: string
}

/** In the order of the file, without names that have no value; null when git would refuse the file. */
export function configEntries(text: string): readonly ConfigEntry[] | null {
  const source = text.replace(/^\uFEFF/u, '').replaceAll('\r\n', '\n')
  const entries: ConfigEntry[] = []
  let section = ''
  let at = 0
  while (true) {
    at = after(/(?:[ \t\r\n]|[#;][^\n]*)*/uy, source, at)
    if (at >= source.length) return entries
    const header = matchAt(/\[([a-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/iuy, source, at)
    if (header !== null) {
      section = `${sectionName(header[1] ?? '', header[2])}.`
      at += header[0].length
      continue
    }
    const name = matchAt(/([a-z][a-z0-9-]*)[ \t]*(=|(?=\n)|$)/iuy, source, at)
    if (name === null) return null
    at += name[0].length
    if (name[2] !== '=') continue
    const read = valueAt(source, at)
    if (read === null) return null
    entries.push({ key: `${section}${name[1]?.toLowerCase()}`, value: read.value })
    at = read.end
  }
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(source)
}

function after(pattern: RegExp, source: string, at: number): number {
  return at + (matchAt(pattern, source, at)?.[0].length ?? 0)
}

function sectionName(section: string, subsection: string | undefined): string {
  const name = section.toLowerCase()
  return subsection === undefined ? name : `${name}.${subsection.replace(/\\(.)/gsu, '$1')}`
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  b: '\b',
  '\\': '\\',
  '"': '"',
  '\n': '',
}

/** Up to the end of its last line: quotes and escapes taken out, blanks around it and a comment left out. */
function valueAt(source: string, start: number): { readonly value: string; readonly end: number } | null {
  let value = ''
  let blanks = ''
  let isQuoted = false
  let at = start
  for (; at < source.length && source[at] !== '\n'; at += 1) {
    const character = source[at] ?? ''
    if (!isQuoted && /[ \t\r]/u.test(character)) {
      if (value !== '') blanks += character
      continue
    }
    if (!isQuoted && (character === '#' || character === ';')) {
      at = after(/[^\n]*/uy, source, at)
      break
    }
    value += blanks
    blanks = ''
    if (character === '"') isQuoted = !isQuoted
    else if (character === '\\') {
      at += 1
      const meant = escapes[source[at] ?? '\n']
      if (meant === undefined) return null
      value += meant
    } else value += character
  }
  return isQuoted ? null : { value, end: at }
}
