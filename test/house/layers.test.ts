// The order of the layers, as ARCHITECTURE.md names them: imports only go down, and the composition roots alone pick
// adapters.
import { dirname, join } from 'node:path/posix'
import { describe, expect, test } from 'vitest'
import { filesUnder, type Import, importsOf } from './repository.ts'

const source = 'packages/daemon/src'

/** Low to high. Folders of one line do not know each other. */
const layers = [
  ['kit'],
  ['model'],
  ['text'],
  ['store', 'project', 'embedding', 'history'],
  ['recall', 'consolidation'],
  ['context'],
  ['operations'],
  ['dispatch'],
  ['background', 'transport'],
  ['lifecycle', 'config'],
  ['composition', 'maintenance'],
  ['cli', 'main.ts'],
]

const files = filesUnder(source)

/** The composition roots: of the daemon, main.ts and the parts it is written in; and of what needs no daemon. */
const root = `${source}/main.ts`
const ofDaemon = (path: string) => path === root || layerOf(path) === 'composition'
const composes = (path: string) => ofDaemon(path) || layerOf(path) === 'maintenance'

/** Files that stand in for the composition root on another thread. */
const isThreadEntry = (path: string) => /[-/]thread\.ts$/.test(path)

interface Edge extends Import {
  readonly from: string
  /** path from the root of the repository */
  readonly to: string
}

const edges: readonly Edge[] = files.flatMap(({ path, text }) =>
  importsOf(text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map((edge) => ({ ...edge, from: path, to: join(dirname(path), edge.specifier) })),
)

function layerOf(path: string): string {
  return path.slice(source.length + 1).split('/')[0] ?? ''
}

function rankOf(path: string): number {
  return layers.findIndex((layer) => layer.includes(layerOf(path)))
}

const show = ({ from, to }: Edge) => `${from} → ${to}`

test('every file belongs to a layer', () => {
  expect(files.filter(({ path }) => rankOf(path) < 0).map(({ path }) => path)).toEqual([])
})

test('imports only go down', () => {
  const inside = edges.filter(({ to }) => to.startsWith(`${source}/`))
  const wrong = inside.filter(({ from, to }) => {
    if (layerOf(from) === layerOf(to)) return false
    // One step up to the root, taken by the command that runs the daemon.
    if (from === `${source}/cli/daemon.ts` && to === root) return false
    return rankOf(to) >= rankOf(from)
  })
  expect(inside.length).toBeGreaterThan(100)
  expect(wrong.map(show)).toEqual([])
})

test('imports are resolvable as they stand: relative ones end in .ts', () => {
  expect(edges.filter(({ specifier }) => !specifier.endsWith('.ts')).map(show)).toEqual([])
})

test('the client package is used by one file of the command line, the bridge, the hooks, the drain of its spool, redaction, the proof it checks and a way of waiting', () => {
  const outside = edges.filter(({ to }) => !to.startsWith(`${source}/`))
  expect(outside.filter(({ to }) => !to.startsWith('packages/client/src/')).map(show)).toEqual([])
  expect([...new Set(outside.map(({ from }) => from))].sort()).toEqual([
    `${source}/background/spool-drain.ts`,
    // Not through cli/client.ts, which loads more than a process per session should carry.
    `${source}/cli/bridge/daemon-link.ts`,
    `${source}/cli/bridge/daemon-start.ts`,
    `${source}/cli/client.ts`,
    `${source}/cli/hook/hook-entry.ts`,
    `${source}/kit/deadline.ts`,
    // What is spooled and what is stored are redacted by the same rules.
    `${source}/text/redaction.ts`,
    // What the daemon proves and the client checks is one definition.
    `${source}/transport/http/exchange.ts`,
    `${source}/transport/http/routes.ts`,
  ])
})

describe('adapters are picked by the composition roots alone', () => {
  /** Folders below these hold one adapter each; a server file is one by itself. */
  const adapterFolder = /^packages\/daemon\/src\/(?:store|embedding)\/[^/]+\//
  const serverFile = /-server\.ts$/

  const atRunTime = edges.filter(({ typeOnly }) => !typeOnly)

  test('stores and embedders', () => {
    const uses = atRunTime.filter(({ from, to }) => {
      const folder = adapterFolder.exec(to)?.[0]
      return folder !== undefined && !from.startsWith(folder)
    })
    expect(uses.filter(({ from }) => ofDaemon(from)).length).toBeGreaterThan(3)
    expect(uses.map(({ from }) => layerOf(from))).toContain('maintenance')
    expect(uses.filter(({ from }) => !composes(from) && !isThreadEntry(from)).map(show)).toEqual([])
  })

  test('servers', () => {
    const uses = atRunTime.filter(({ to }) => serverFile.test(to))
    expect(uses).toHaveLength(2)
    expect(uses.filter(({ from }) => !ofDaemon(from)).map(show)).toEqual([])
  })

  test.each([
    ['composition', root],
    ['maintenance', `${source}/cli/keeping/held.ts`],
  ])('%s is used by one file, %s', (layer, user) => {
    const uses = edges.filter(({ from, to }) => layerOf(to) === layer && layerOf(from) !== layer)
    expect([...new Set(uses.map(({ from }) => from))]).toEqual([user])
  })
})
