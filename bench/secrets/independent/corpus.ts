// The second corpus of invented secrets and of clean turns, written from what vendors publish about their formats and
// before its author had read a single redaction rule. The same items, in the same order, on every machine.

// Two halves, drawn by hash. Rules may be worked on with the tuning half; of the judging half only totals are
// ever printed. A quarter of the kinds (and of the clean families) is in the judging half alone: what the rules
// do there is what they do on something that nobody had tuned them for.
import { type CleanFamily, digests } from './clean-digests.ts'
import { names } from './clean-names.ts'
import { work } from './clean-work.ts'
import { commandLines, connections, messages, type PlacedKind } from './credentials-in-commands.ts'
import { dotFiles, frameworks, keyBlocks, programCode } from './credentials-in-files.ts'
import { prose } from './credentials-in-prose.ts'
import { dice, share } from './dice.ts'
import { inTurn, loose, namedPlaces, type Place } from './places.ts'
import { bareKeys, type TokenKind, vendorTokens } from './vendor-tokens.ts'

type Half = 'tuning' | 'judging'

export interface OutsideSecret {
  kind: string
  place: string
  half: Half
  /** Whether this kind is in the judging half alone. */
  unseen: boolean
  text: string
  /** What must not be left in the text: none of it, as `leaks` measures. */
  core: readonly string[]
}

export interface OutsideClean {
  family: string
  half: Half
  unseen: boolean
  text: string
}

const unseenShare = 1 / 4
const namedPlacesPerToken = 5
const loosePlacesPerToken = 3
const placesPerBareKey = 7
const turnsPerTemplate = 2
const cleanTurnsPerTemplate = 19
const cleanTriesPerTurn = 20

const isUnseen = (group: string) => share(`kind ${group}`) < unseenShare

/** Kinds that are not held back put two thirds into the tuning half, so that the halves come out alike. */
function halfOf(unseen: boolean, item: string): Half {
  return unseen || share(`item ${item}`) < 1 / 3 ? 'judging' : 'tuning'
}

function drawn(places: readonly Place[], seed: string, count: number): Place[] {
  const ranked = [...places].sort((a, b) => share(`${seed} ${a.place}`) - share(`${seed} ${b.place}`))
  return ranked.slice(0, count)
}

function tokenSecrets(token: TokenKind, places: readonly Place[]): OutsideSecret[] {
  const unseen = isUnseen(token.kind)
  return places.map(({ place, write }) => {
    const seed = `${token.kind} in ${place}`
    const d = dice(seed)
    const { value, core } = token.make(d)
    const text = inTurn(d, write(d, { env: token.env, label: token.label, value }))
    return { kind: token.kind, place, half: halfOf(unseen, seed), unseen, text, core }
  })
}

function placedSecrets({ kind, write }: PlacedKind): OutsideSecret[] {
  const unseen = isUnseen(kind)
  return write.flatMap((template, at) =>
    Array.from({ length: turnsPerTemplate }, (_, turn) => {
      // A template is in one half only: a rule tuned on it is not then judged on it.
      const seed = `${kind} template ${at}`
      const d = dice(`${seed} turn ${turn}`)
      const { text, core } = template(d)
      return {
        kind,
        place: `template ${at + 1}`,
        half: halfOf(unseen, seed),
        unseen,
        text: inTurn(d, text),
        core,
      }
    }),
  )
}

function cleanTurns({ family, write }: CleanFamily): OutsideClean[] {
  const unseen = isUnseen(family)
  return write.flatMap((template, at) => {
    const seed = `${family} template ${at}`
    const texts = new Set<string>()
    for (let turn = 0; turn < cleanTriesPerTurn * cleanTurnsPerTemplate; turn++) {
      if (texts.size === cleanTurnsPerTemplate) break
      const d = dice(`${seed} turn ${turn}`)
      texts.add(inTurn(d, template(d)))
    }
    return [...texts].map((text) => ({ family, half: halfOf(unseen, seed), unseen, text }))
  })
}

export function outsideSecrets(): OutsideSecret[] {
  const tokens = vendorTokens.flatMap((token) =>
    tokenSecrets(token, [
      ...drawn(namedPlaces, token.kind, namedPlacesPerToken),
      ...drawn(loose, token.kind, loosePlacesPerToken),
    ]),
  )
  const bare = bareKeys.flatMap((token) =>
    tokenSecrets(token, drawn(namedPlaces, token.kind, placesPerBareKey)),
  )
  const groups = [connections, commandLines, messages, dotFiles, frameworks, keyBlocks, programCode, prose]
  return [...tokens, ...bare, ...groups.flat().flatMap(placedSecrets)]
}

export function outsideClean(): OutsideClean[] {
  return [...digests, ...names, ...work].flatMap(cleanTurns)
}

const shownAtMost = 7

/** Whether a text gives a secret away: eight characters of it in a row, or all of a shorter one. */
export function leaks(text: string, core: readonly string[]): boolean {
  return core.some((part) => {
    const run = Math.min(part.length, shownAtMost + 1)
    for (let start = 0; start + run <= part.length; start++) {
      if (text.includes(part.slice(start, start + run))) return true
    }
    return false
  })
}
