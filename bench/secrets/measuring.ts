// Recall over planted secrets and false positives over clean turns, as one record of figures.
import { builtInRules, createRedact } from '../../packages/client/src/redaction/redact.ts'
import { cleanTurns } from './clean-turns.ts'
import { leaks, type PlantedSecret, plantedSecrets, type Surrounding } from './planted-secrets.ts'

export interface SecretFigures {
  readonly planted: number
  readonly kinds: number
  readonly found: number
  /** 0..1 */
  readonly recall: number
  readonly recallBy: Readonly<Record<Surrounding, number>>
  readonly missed: readonly PlantedSecret[]
  readonly cleanTurns: number
  /** Clean turns in which something was redacted. */
  readonly spoilt: number
  readonly spoiltExamples: readonly string[]
  readonly cleanChars: number
}

export function measureSecrets(options: {
  readonly seed: number
  readonly rounds: number
  readonly cleanTurns: number
}): SecretFigures {
  const redact = createRedact(builtInRules)
  const planted = plantedSecrets(options.seed, options.rounds)
  const missed = planted.filter(({ text, secret }) => leaks(redact(text).text, secret))
  const spoiltExamples: string[] = []
  let [spoilt, cleanChars] = [0, 0]
  for (const turn of cleanTurns(options.seed, options.cleanTurns)) {
    cleanChars += turn.length
    const { text, kinds } = redact(turn)
    if (kinds.length === 0) continue
    spoilt += 1
    const at = text.indexOf('[redacted: ')
    spoiltExamples.push(`${text.slice(Math.max(0, at - 40), at)}«${turn.slice(at, at + 30)}» ${kinds[0]}`)
  }
  const shareFound = (of: readonly PlantedSecret[]): number =>
    1 - of.filter((secret) => missed.includes(secret)).length / of.length
  const recallIn = (surrounding: Surrounding): number =>
    shareFound(planted.filter((secret) => secret.surrounding === surrounding))
  return {
    planted: planted.length,
    kinds: new Set(planted.map(({ kind }) => kind)).size,
    found: planted.length - missed.length,
    recall: shareFound(planted),
    recallBy: { code: recallIn('code'), log: recallIn('log'), prose: recallIn('prose') },
    missed,
    cleanTurns: options.cleanTurns,
    spoilt,
    spoiltExamples,
    cleanChars,
  }
}
