// The tables of a recall benchmark: turns and sessions, each figure with its 95% interval, and rows by question type.
import { type Estimate, estimate, type Metrics, percentile } from './metrics.ts'
import type { Outcome } from './outcomes.ts'

const turnMetrics = ['any@5', 'any@10', 'all@10', 'ndcg@10', 'mrr'] as const
const sessionMetrics = ['any@5', 'all@5', 'frac@10', 'ndcg@10', 'mrr'] as const

export interface Summary {
  readonly dataset: string
  readonly system: string
  readonly turn: Row
  readonly session: Row
  /** Abstaining questions that name turns (LoCoMo's adversarial ones) counted in. */
  readonly sessionWithAbstaining: Row
  /** How often nothing was answered. */
  readonly empty: {
    readonly answerable: Share
    readonly abstaining: Share
    /** Questions of the store before, asked in this one. */
    readonly elsewhere: Share
  }
  readonly types: readonly { readonly type: string; readonly turn: Row; readonly session: Row }[]
  readonly latencyMs: { readonly p50: number; readonly p95: number }
}

export interface Share {
  readonly n: number
  readonly share: number
}

export interface Row {
  readonly n: number
  readonly metrics: Readonly<Record<string, Estimate>>
}

export function summarise(outcomes: readonly Outcome[]): Summary[] {
  const groups = Map.groupBy(outcomes, ({ dataset, system }) => `${dataset}\n${system}`)
  return [...groups.values()].map((all) => {
    const group = all.filter(({ elsewhere }) => !elsewhere)
    const answerable = group.filter(({ abstain }) => !abstain)
    const types = [...Map.groupBy(answerable, ({ type }) => type)].sort(([a], [b]) => a.localeCompare(b))
    const times = group.map(({ ms }) => ms)
    return {
      dataset: all[0]?.dataset ?? '',
      system: all[0]?.system ?? '',
      turn: rowOf(answerable.map(({ turn }) => turn)),
      session: rowOf(answerable.map(({ session }) => session)),
      sessionWithAbstaining: rowOf(group.map(({ session }) => session)),
      empty: {
        answerable: emptyShare(answerable),
        abstaining: emptyShare(group.filter(({ abstain }) => abstain)),
        elsewhere: emptyShare(all.filter(({ elsewhere }) => elsewhere)),
      },
      types: types.map(([type, members]) => ({
        type,
        turn: rowOf(members.map(({ turn }) => turn)),
        session: rowOf(members.map(({ session }) => session)),
      })),
      latencyMs: { p50: percentile(times, 0.5), p95: percentile(times, 0.95) },
    }
  })
}

function emptyShare(outcomes: readonly Outcome[]): Share {
  const empty = outcomes.filter(({ isEmpty }) => isEmpty).length
  return { n: outcomes.length, share: empty / outcomes.length }
}

function rowOf(values: readonly (Metrics | null)[]): Row {
  const known = values.filter((value) => value !== null)
  const names = Object.keys(known[0] ?? {})
  const estimates = names.map((name) => [name, estimate(known.map((each) => each[name] as number))])
  return { n: known.length, metrics: Object.fromEntries(estimates) as Record<string, Estimate> }
}

export function tablesOf(summaries: readonly Summary[]): string {
  const datasets = [...Map.groupBy(summaries, ({ dataset }) => dataset)]
  return datasets.map(([dataset, systems]) => tablesOfDataset(dataset, systems)).join('\n')
}

function tablesOfDataset(dataset: string, systems: readonly Summary[]): string {
  const whole = (pick: (summary: Summary) => Row, metrics: readonly string[]) =>
    table(
      ['', 'n', ...metrics],
      systems.map((summary) => [summary.system, ...cellsOf(pick(summary), metrics)]),
    )
  const byType = systems.map(({ system, types }) =>
    [
      `${system}, by type of question`,
      table(
        ['', 'n', 'turn any@10', 'turn ndcg@10', 'session any@5', 'session all@5'],
        types.map(({ type, turn, session }) => [
          type,
          String(turn.n),
          ...['any@10', 'ndcg@10'].map((name) => shown(turn.metrics[name])),
          ...['any@5', 'all@5'].map((name) => shown(session.metrics[name])),
        ]),
      ),
    ].join('\n\n'),
  )
  const withAbstaining = systems.filter(
    ({ session, sessionWithAbstaining }) => sessionWithAbstaining.n > session.n,
  )
  return [
    `### ${dataset}`,
    'Turns',
    whole(({ turn }) => turn, turnMetrics),
    'Sessions',
    whole(({ session }) => session, sessionMetrics),
    ...(withAbstaining.length === 0
      ? []
      : [
          'Sessions, abstaining questions that name turns counted in',
          whole(({ sessionWithAbstaining }) => sessionWithAbstaining, sessionMetrics),
        ]),
    'Answered with nothing, in percent of the questions: those with an answer, those without one (nobody said), those of another store',
    table(
      ['', 'n', 'with', 'n', 'without', 'n', 'of another'],
      systems.map(({ system, empty: { answerable, abstaining, elsewhere } }) => [
        system,
        ...[answerable, abstaining, elsewhere].flatMap(({ n, share }) => [
          String(n),
          n === 0 ? '' : (share * 100).toFixed(1),
        ]),
      ]),
    ),
    ...byType,
    systems
      .map(
        ({ system, latencyMs }) =>
          `${system}: p50 ${latencyMs.p50.toFixed(1)} ms, p95 ${latencyMs.p95.toFixed(1)} ms a question`,
      )
      .join('; '),
    '',
  ].join('\n\n')
}

function cellsOf({ n, metrics }: Row, names: readonly string[]): string[] {
  return [String(n), ...names.map((name) => shownWithInterval(metrics[name]))]
}

function shown(value: Estimate | undefined): string {
  return value === undefined ? '' : (value.mean * 100).toFixed(1)
}

function shownWithInterval(value: Estimate | undefined): string {
  if (value === undefined) return ''
  return `${shown(value)} (${(value.low * 100).toFixed(1)}–${(value.high * 100).toFixed(1)})`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  )
}
