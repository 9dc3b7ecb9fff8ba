// Which project a call is about, and that only capturing makes one known.
import { beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../../src/kit/errors.ts'
import { type Fixture, fixture, recalled, shop, shopProject, turn } from './support.ts'

let daemon: Fixture
beforeEach(() => {
  daemon = fixture()
})

describe('projects stay apart', () => {
  beforeEach(async () => {
    await daemon.call('memory_capture', { text: 'The giraffe token rotates weekly.', cwd: shop })
    await daemon.call('memory_capture', {
      text: 'The giraffe mascot is called Gerald.',
      cwd: '/home/ada/zoo',
    })
    await daemon.call('memory_capture', { text: 'Ada likes giraffe stickers.', project: 'global' })
  })

  test('recall sees the own project and what belongs to none', async () => {
    expect((await recalled(daemon, 'giraffe')).toSorted()).toEqual([
      'Ada likes giraffe stickers.',
      'The giraffe token rotates weekly.',
    ])
  })

  test('crossing over is asked for by name', async () => {
    expect(await recalled(daemon, 'giraffe', { all_projects: true })).toHaveLength(3)
  })

  test('a caller without a project sees only what belongs to none', async () => {
    expect(await recalled(daemon, 'giraffe', {})).toEqual(['Ada likes giraffe stickers.'])
  })

  test('a known session speaks for its project', async () => {
    const turns = [turn('Anything about giraffe housing?', 'm1')]
    await daemon.call('memory_capture_batch', {
      client: 'opencode',
      session_id: 's9',
      cwd: '/home/ada/zoo',
      turns,
    })
    expect(await recalled(daemon, 'mascot', { session_id: 's9', client: 'opencode' })).toEqual([
      'The giraffe mascot is called Gerald.',
    ])
  })
})

describe('reading writes nothing', () => {
  const reads: readonly (readonly [method: string, params: object])[] = [
    ['memory_recall', { cue: 'giraffe' }],
    ['memory_list', {}],
    ['memory_export', {}],
    ['session_list', {}],
    ['session_start_payload', { session_id: 's1', wake_depth: 'standard' }],
  ]
  test.each(reads)('%s answers about a new directory when nothing can be written', async (method, params) => {
    daemon.store.putProject = () => Promise.reject(new AppError('disk_full', 'no space left'))
    await expect(daemon.call(method, { ...params, cwd: '/home/ada/never-seen' })).resolves.toBeTruthy()
  })

  test('only what is captured makes a project known', async () => {
    for (const [method, params] of reads) await daemon.call(method, { ...params, cwd: `/home/ada/${method}` })
    expect(await daemon.store.projects()).toEqual([])
    await daemon.call('memory_capture', { text: 'Prices are in cents.', cwd: shop })
    const turns = [turn('Where are the prices?', 'm1')]
    await daemon.call('memory_capture_batch', { session_id: 's1', cwd: '/home/ada/zoo', turns })
    expect((await daemon.store.projects()).map(({ key }) => key)).toEqual([
      shopProject,
      'git:example.org/ada/zoo',
    ])
  })
})
