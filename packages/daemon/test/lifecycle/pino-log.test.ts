import { expect, test } from 'vitest'
import { AppError } from '../../src/kit/errors.ts'
import { createPinoLog, type LogOptions } from '../../src/lifecycle/pino-log.ts'

function recorded(level: LogOptions['level'] = 'info') {
  const lines: string[] = []
  const log = createPinoLog({ level, write: (line) => lines.push(line) })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? 'null') }
}

test('an event is one JSON line with its time, level, name and fields', () => {
  const { log, lines, last } = recorded()
  log.info('http_request', { status: 200, ms: 3 })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/^\{.*\}\n$/)
  expect(last()).toMatchObject({ level: 'info', event: 'http_request', status: 200, ms: 3, pid: process.pid })
  expect(Date.parse(last().time)).not.toBeNaN()
})

test('an error that is not ours leaves its name, code and frames, never its message', () => {
  const { log, lines, last } = recorded()
  const cause = new Error('inner: what Ada said')
  const error = Object.assign(new TypeError('cannot read "what Ada said"\n  at what Ada said', { cause }), {
    code: 'EIO',
  })
  log.error('operation_failed', error, { id: 'r1' })
  expect(lines[0]).not.toContain('Ada')
  expect(last()).toMatchObject({
    level: 'error',
    event: 'operation_failed',
    id: 'r1',
    error: { name: 'TypeError', code: 'EIO', cause: { name: 'Error' } },
  })
  expect(last().error.stack).toMatch(/^at .*pino-log\.test/)
})

test('a message that was changed after the stack was taken hides the stack, not the other way round', () => {
  const { log, lines } = recorded()
  const error = new Error('what Ada said')
  error.message = 'something else'
  log.error('x', error)
  expect(lines[0]).not.toContain('Ada')
})

test('an error of ours keeps its message', () => {
  const { log, last } = recorded()
  log.error('x', new AppError('disk_full', 'no space left'))
  expect(last().error).toMatchObject({ name: 'AppError', code: 'disk_full', message: 'no space left' })
})

test('what was thrown without being an error leaves only its type', () => {
  const { log, lines, last } = recorded()
  log.error('x', 'what Ada said')
  expect(lines[0]).not.toContain('Ada')
  expect(last().error).toEqual({ name: 'string' })
})

test('a chain of causes that bites its tail ends', () => {
  const { log, last } = recorded()
  const error = new Error('a')
  error.cause = error
  log.error('x', error)
  expect(JSON.stringify(last().error).match(/"name"/g)).toHaveLength(6)
})

test.each([
  ['info', ['info', 'warn', 'error']],
  ['warn', ['warn', 'error']],
  ['error', ['error']],
  ['silent', []],
] as const)('level %s', (level, kept) => {
  const { log, lines } = recorded(level)
  log.info('x')
  log.warn('x')
  log.error('x', null)
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(kept)
})
