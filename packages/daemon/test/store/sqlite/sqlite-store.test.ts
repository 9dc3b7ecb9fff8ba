import { storeContract } from '../contract.ts'
import { sqliteFixture } from '../support/sqlite-fixture.ts'

storeContract('sqlite', async () => {
  const fixture = await sqliteFixture()
  return { store: await fixture.open(), stop: () => fixture.stop() }
})
