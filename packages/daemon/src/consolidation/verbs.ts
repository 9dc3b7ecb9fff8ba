// Verbs the rules know, as data. Base forms people give standing orders with; participles they report work with.

const words = (list: string): readonly string[] => list.trim().split(/\s+/u)

/** Verbs of a standing instruction ("always run …") or habit ("I always rebase …"). */
export const directiveVerbs = words(`
  add address aim annotate answer apply append ask assume avoid back base be begin book bring build bump call capitalise
  capitalize cc check choose cite clean close comment commit compile confirm convert cook copy cover create cross-check
  declare default define delete deploy describe design disable discuss document draft drink drop eat embed enable encode
  end escape exclude expect explain export express extend fail fetch fly follow force force-push format generate give
  group handle hide hardcode hard-code ignore implement import include indent inform initialise initialize inject inline
  insert install introduce invent isolate keep label lay leave lint link list load localise log mail make mark measure
  mention merge mix mock move mutate name nest note notify number offer omit open order overwrite pack pass paste pay
  pick pin place plan prefer prefix prepare present print prioritise prioritize propose publish pull push put quote
  rebase recommend record refactor refer release rely remind remove rename repeat replace reply report request require
  reset respond restart return reuse review rewrite round run save send separate serve set ship show sign sit skip sort
  speak spell split squash start state stick stop store stub submit suggest summarise summarize suppress swallow switch
  tag take talk target tell test throw touch translate treat try turn type update upgrade upload use validate verify
  version wait wear work wrap write`)

/** Verbs that say how to work, not what to do next: with a place ("in this repo, use …") they are a rule of that place. */
export const mannerVerbs = words(`
  answer avoid call don't do format follow name keep prefer put quote reply return speak spell store treat use wrap write`)

/** What one has tastes about when working together ("I like my answers short"). */
const collaborationNouns = words(`
  abstraction answer api branch code comment commit dependency diff doc documentation explanation formatting function helper
  import indentation linter merge message naming pr preamble pull repo repository reply response semicolon statement syntax
  tab test type variable whitespace`)

/** What work is about: tells a report of work from an essay. */
const workNouns = words(`
  app asset bug build button cache call changelog ci class client codebase command component config database db driver
  editor endpoint error feature field file fixture flag form format framework index interface job language library line
  log method migration module name output package page parameter parser path plan query queue release review route schema
  script server service setting space spec style suite table template terminal theme unit worker`)

/** Participles of finished work: "I've …", "Fixed the …". */
export const doneParticiples = words(`
  adapted added adjusted automated booked built bumped cancelled changed cleaned committed completed configured
  converted corrected covered created deleted deployed documented dropped enabled disabled extended extracted
  finished fixed implemented improved installed introduced isolated merged migrated moved ordered paid patched ported
  published pushed rebased refactored released removed renamed reordered reorganised reorganized replaced resolved
  restored reverted rewritten rewrote simplified solved sorted switched tested tightened updated upgraded
  wired wrapped written wrote`)

/** Work that a user reports as done themselves; the rest of what people say they did is their day. */
export const userDoneParticiples = words(`
  booked cancelled committed deployed fixed implemented merged migrated ordered paid published pushed refactored released
  reverted sent signed`)

/** Participles that, with "not … yet", say that work is left. */
export const openParticiples = words(`
  added answered booked called checked cleaned configured connected covered decided deployed documented done finished
  fixed handled implemented installed merged migrated ordered paid planned ported ready released removed replaced resolved
  reviewed scheduled sent set signed solved started supported tested translated updated verified wired working written`)

/** An alternation of `verbs` for a regular expression. */
export function anyOf(verbs: readonly string[]): string {
  return `(?:${verbs.join('|')})`
}

const nounForms = '(?:e?s|ed|ing)?'
export const aboutCollaboration = new RegExp(`\\b${anyOf(collaborationNouns)}${nounForms}\\b`, 'iu')
/** Mentions something that work is about, or code itself. */
export const aboutWork = new RegExp(
  `\\b${anyOf([...collaborationNouns, ...workNouns])}${nounForms}\\b|¤`,
  'iu',
)
