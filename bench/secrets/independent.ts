// The rules against the independent corpus, through the daemon's own redaction. What was missed and spoilt is told
// by kind of the tuning half alone; of the judging half there are only totals, so that nobody can tune on it.
import { createRedaction, noSettings } from '../../packages/daemon/src/text/redaction.ts'
import {
  leaks,
  type OutsideClean,
  type OutsideSecret,
  outsideClean,
  outsideSecrets,
} from './independent/corpus.ts'

export interface Share {
  readonly hits: number
  readonly of: number
}

interface HalfFigures {
  readonly found: Share
  readonly spoilt: Share
}

export interface IndependentFigures {
  readonly kinds: number
  readonly tuning: HalfFigures
  readonly judging: HalfFigures
  /** The part of the judging half whose kinds and families are nowhere in the tuning half. */
  readonly unseen: HalfFigures
  readonly unseenKinds: number
  /** Tuning half. */
  readonly byKind: ReadonlyMap<string, Share>
  readonly byFamily: ReadonlyMap<string, Share>
  readonly missed: readonly OutsideSecret[]
  readonly spoiltTurns: readonly { readonly turn: OutsideClean; readonly kept: string }[]
}

const kindsOf = (secrets: readonly OutsideSecret[]): number => new Set(secrets.map(({ kind }) => kind)).size

function sharesBy<Item>(
  items: readonly Item[],
  group: (item: Item) => string,
  isHit: (item: Item) => boolean,
): ReadonlyMap<string, Share> {
  const shares = new Map<string, Share>()
  for (const item of items) {
    const { hits, of } = shares.get(group(item)) ?? { hits: 0, of: 0 }
    shares.set(group(item), { hits: hits + (isHit(item) ? 1 : 0), of: of + 1 })
  }
  return shares
}

export function measureIndependent(): IndependentFigures {
  const { redact } = createRedaction(noSettings)
  const keep = (text: string): string => redact(text, 'git:example.org/ada/shop')
  const secrets = outsideSecrets()
  const clean = outsideClean()
  const found = new Set(secrets.filter(({ text, core }) => !leaks(keep(text), core)))
  const spoilt = new Set(clean.filter(({ text }) => keep(text) !== text))
  const share = <Item>(items: readonly Item[], hits: ReadonlySet<Item>): Share => ({
    hits: items.filter((item) => hits.has(item)).length,
    of: items.length,
  })
  const figures = (isIn: (item: OutsideSecret | OutsideClean) => boolean): HalfFigures => ({
    found: share(secrets.filter(isIn), found),
    spoilt: share(clean.filter(isIn), spoilt),
  })
  const tuned = secrets.filter(({ half }) => half === 'tuning')
  const tunedClean = clean.filter(({ half }) => half === 'tuning')
  return {
    kinds: kindsOf(secrets),
    tuning: figures(({ half }) => half === 'tuning'),
    judging: figures(({ half }) => half === 'judging'),
    unseen: figures(({ unseen }) => unseen),
    unseenKinds: kindsOf(secrets.filter(({ unseen }) => unseen)),
    byKind: sharesBy(
      tuned,
      ({ kind }) => kind,
      (item) => found.has(item),
    ),
    byFamily: sharesBy(
      tunedClean,
      ({ family }) => family,
      (item) => spoilt.has(item),
    ),
    missed: tuned.filter((item) => !found.has(item)),
    spoiltTurns: tunedClean
      .filter((item) => spoilt.has(item))
      .map((turn) => ({ turn, kept: keep(turn.text) })),
  }
}
