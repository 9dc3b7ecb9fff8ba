// What every store must do, run over each implementation. The parts are in contract/.
import { afterEach, beforeEach, describe } from 'vitest'
import type { Store } from '../../src/store/store.ts'
import { capturingContract } from './contract/capturing.ts'
import { derivingContract } from './contract/deriving.ts'
import { forgettingContract } from './contract/forgetting.ts'
import { keepingContract } from './contract/keeping.ts'
import { listingContract } from './contract/listing.ts'
import { projectsContract } from './contract/projects.ts'
import { searchingContract } from './contract/searching.ts'
import { sessionsContract } from './contract/sessions.ts'
import { standingContract } from './contract/standing.ts'
import { takingBackContract } from './contract/taking-back.ts'
import { vectorsContract } from './contract/vectors.ts'

export interface StoreUnderTest {
  readonly store: Store
  stop(): Promise<void>
}

export function storeContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`store contract: ${name}`, () => {
    let under: StoreUnderTest
    beforeEach(async () => {
      under = await open()
    })
    afterEach(() => under.stop())

    const store = (): Store => under.store
    capturingContract(store)
    listingContract(store)
    standingContract(store)
    forgettingContract(store)
    sessionsContract(store)
    takingBackContract(store)
    searchingContract(store)
    keepingContract(store)
    projectsContract(store)
    derivingContract(store)
    vectorsContract(store)
  })
}
