import { expect, test } from 'vitest'
import { type Log, silentLog } from '../../src/kit/log.ts'
import type { Service } from '../../src/kit/service.ts'
import { startAll, stopAll } from '../../src/lifecycle/services.ts'
import { createUndo } from '../../src/lifecycle/undo.ts'

function service(name: string, story: string[], fails: { start?: true; stop?: true } = {}): Service {
  return {
    async start() {
      story.push(`start ${name}`)
      if (fails.start) throw new Error(`${name} does not start`)
    },
    async stop() {
      story.push(`stop ${name}`)
      if (fails.stop) throw new Error(`${name} does not stop`)
    },
  }
}

function recordingLog(): { log: Log; errors: string[] } {
  const errors: string[] = []
  return { errors, log: { ...silentLog, error: (_, error) => errors.push(String(error)) } }
}

test('services start in order, all or none', async () => {
  const story: string[] = []
  const services = [service('a', story), service('b', story), service('c', story, { start: true })]
  await expect(startAll(services, silentLog)).rejects.toThrow('c does not start')
  expect(story).toEqual(['start a', 'start b', 'start c', 'stop a', 'stop b'])
})

test('one that does not stop keeps none of the others running, and is said', async () => {
  const story: string[] = []
  const { log, errors } = recordingLog()
  await stopAll([service('a', story, { stop: true }), service('b', story)], log)
  expect(story).toEqual(['stop a', 'stop b'])
  expect(errors).toEqual(['Error: a does not stop'])
})

test('steps are taken back last first, once, and a failing one does not keep the rest', async () => {
  const story: string[] = []
  const { log, errors } = recordingLog()
  const undo = createUndo(log)
  undo.add(() => void story.push('first'))
  undo.add(async () => {
    throw new Error('second fails')
  })
  undo.add(async () => void story.push('third'))
  await Promise.all([undo.run(), undo.run()])
  expect(story).toEqual(['third', 'first'])
  expect(errors).toEqual(['Error: second fails'])
})
