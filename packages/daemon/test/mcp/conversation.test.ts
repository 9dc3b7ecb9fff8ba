import { describe, expect, test } from 'vitest'
import { behaviours } from './behaviours.ts'
import { revisions, startMcp, ways } from './support/mcp-fixture.ts'

describe.each(ways)('over %s', (way) => {
  describe.each(revisions)('revision %s', (revision) => {
    test.each(behaviours)('$says', async ({ host, run }) => {
      const mcp = await startMcp()
      const client = await mcp.connect({ way, revision, ...host })
      expect(client.getNegotiatedProtocolVersion()).toBe(revision)
      // From here on the client checks every structured answer against the schema that was declared for it.
      await client.listTools()
      await run(client, mcp)
    })
  })
})
