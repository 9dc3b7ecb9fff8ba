// Writes scan-kernel-bytes.ts from scan-kernel.wat. Run after changing the kernel; a test compares the two.
import { writeFile } from 'node:fs/promises'
import { assembleWat } from './assemble-wat.ts'

const folder = new URL('../packages/daemon/src/embedding/index/', import.meta.url)
const bytes = await assembleWat(new URL('scan-kernel.wat', folder))
await writeFile(
  new URL('scan-kernel-bytes.ts', folder),
  `// Made from scan-kernel.wat by tools/assemble-scan-kernel.ts; do not edit.

/** The compiled kernel, ${bytes.length} bytes. */
export function scanKernelBytes(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(base64, 'base64'))
}

const base64 =
  '${Buffer.from(bytes).toString('base64')}'
`,
)
