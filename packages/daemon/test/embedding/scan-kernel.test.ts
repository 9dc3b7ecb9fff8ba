import { expect, test } from 'vitest'
import { assembleWat } from '../../../../tools/assemble-wat.ts'
import { scanKernelBytes } from '../../src/embedding/index/scan-kernel-bytes.ts'

test('the checked-in bytes are what scan-kernel.wat assembles to', async () => {
  const source = new URL('../../src/embedding/index/scan-kernel.wat', import.meta.url)
  expect(Buffer.from(scanKernelBytes())).toEqual(Buffer.from(await assembleWat(source)))
})
