// WebAssembly text to bytes, through wabt. A development tool: the daemon ships bytes only.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import wabt from 'wabt'

export async function assembleWat(source: URL): Promise<Uint8Array<ArrayBuffer>> {
  const toolkit = await wabt()
  const features = { simd: true, threads: true }
  const parsed = toolkit.parseWat(fileURLToPath(source), await readFile(source, 'utf8'), features)
  try {
    return new Uint8Array(parsed.toBinary({}).buffer)
  } finally {
    parsed.destroy()
  }
}
