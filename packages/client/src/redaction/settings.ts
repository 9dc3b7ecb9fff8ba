// What the user has decided about redaction: the part of config.json under "redaction", and the rules it comes to.
// The daemon refuses to start with a part that it does not understand; clients then hold on to the built-in rules.
import { type OwnPattern, ownRule } from './own-pattern.ts'
import { builtInRules, createRedact, type Redact } from './redact.ts'
import type { Rule } from './rule.ts'

export interface RedactionSettings {
  /** Applied everywhere. */
  readonly patterns: readonly Rule[]
  readonly projects: ReadonlyMap<string, ProjectRedaction>
}

interface ProjectRedaction {
  /** Off: the built-in rules are not applied here. Own patterns and <private> always are. */
  readonly secrets: 'on' | 'off'
  readonly patterns: readonly Rule[]
}

export const settingsLimits = { patternsMax: 50, projectsMax: 1_000 } as const

export const noSettings: RedactionSettings = { patterns: [], projects: new Map() }

/** How texts of each project are redacted, by the project's key. */
export function createRedactFor(settings: RedactionSettings): (project: string) => Redact {
  const elsewhere = createRedact([...builtInRules, ...settings.patterns])
  const own = new Map(
    [...settings.projects].map(([key, { secrets, patterns }]) => [
      key,
      createRedact([...(secrets === 'on' ? builtInRules : []), ...settings.patterns, ...patterns]),
    ]),
  )
  return (project) => own.get(project) ?? elsewhere
}

/** For texts whose project is not known yet: whatever is redacted anywhere. */
export function createRedactAnywhere({ patterns, projects }: RedactionSettings): Redact {
  return createRedact([
    ...builtInRules,
    ...patterns,
    ...[...projects.values()].flatMap((project) => project.patterns),
  ])
}

/** The settings, or in words what is wrong with them. */
export function parseSettings(value: unknown): RedactionSettings | string {
  if (!isObject(value)) return 'it is not an object'
  const stranger = strangerIn(value, ['patterns', 'projects'])
  if (stranger !== null) return stranger
  const patterns = parsePatterns(value.patterns, 'patterns')
  if (typeof patterns === 'string') return patterns
  const projects = parseProjects(value.projects)
  if (typeof projects === 'string') return projects
  return { patterns, projects }
}

function parseProjects(value: unknown): ReadonlyMap<string, ProjectRedaction> | string {
  if (value === undefined) return new Map()
  if (!isObject(value)) return '"projects" is not an object of project keys'
  const entries = Object.entries(value)
  if (entries.length > settingsLimits.projectsMax) return `more than ${settingsLimits.projectsMax} projects`
  const projects = new Map<string, ProjectRedaction>()
  for (const [key, given] of entries) {
    const project = parseProject(given, `projects["${key}"]`)
    if (typeof project === 'string') return project
    projects.set(key, project)
  }
  return projects
}

function parseProject(value: unknown, where: string): ProjectRedaction | string {
  if (!isObject(value)) return `${where} is not an object`
  const stranger = strangerIn(value, ['secrets', 'patterns'])
  if (stranger !== null) return `${where}: ${stranger}`
  const { secrets = 'on' } = value
  if (secrets !== 'on' && secrets !== 'off') return `${where}: "secrets" must be "on" or "off"`
  const patterns = parsePatterns(value.patterns, `${where} patterns`)
  return typeof patterns === 'string' ? patterns : { secrets, patterns }
}

function parsePatterns(value: unknown, where: string): readonly Rule[] | string {
  if (value === undefined) return []
  if (!Array.isArray(value))
    return `${where} must be a list like [{"kind": "badge number", "match": "ACME-[0-9]{6}"}]`
  if (value.length > settingsLimits.patternsMax) return `${where}: more than ${settingsLimits.patternsMax}`
  const rules: Rule[] = []
  for (const [index, given] of value.entries()) {
    if (!isPattern(given)) return `${where}[${index}] must be an object with "kind" and "match", both texts`
    const rule = ownRule(given)
    if (typeof rule === 'string') return `${where}[${index}]: ${rule}`
    rules.push(rule)
  }
  return rules
}

function isPattern(value: unknown): value is OwnPattern {
  return (
    isObject(value) &&
    strangerIn(value, ['kind', 'match']) === null &&
    typeof value.kind === 'string' &&
    typeof value.match === 'string'
  )
}

function strangerIn(value: Readonly<Record<string, unknown>>, known: readonly string[]): string | null {
  const stranger = Object.keys(value).find((key) => !known.includes(key))
  return stranger === undefined
    ? null
    : `there is no "${stranger}"; there are ${known.map((key) => `"${key}"`).join(' and ')}`
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
