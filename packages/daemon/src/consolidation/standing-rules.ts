// Finds what a user wants to hold from now on: instructions, preferences, conventions, who they are. A one-off request
// in the same words ("don't run the tests now") is not one. Precision before completeness; every rule has an example.
import { type Clause, isGeneric, standsAlone } from './clause.ts'
import { aboutCollaboration, aboutWork, anyOf, directiveVerbs, mannerVerbs } from './verbs.ts'

/** plain: said as a rule · weak: may be meant for this once or in passing, and needs to be said in another session too */
export type Standing = 'plain' | 'weak'

const verb = anyOf(directiveVerbs)
const order = `(?:(?:you|we) (?:should|must|have to|need to) )?(?:not )?`
const lastingOrder = new RegExp(
  `^${order}(?!make sure)(?:(?:do not |don't |avoid )?(?:ever )?${verb})\\b`,
  'iu',
)
const placedOrder = new RegExp(`^${order}${anyOf(mannerVerbs)}\\b`, 'iu')

/** Always run the tests. · Never push to main. · You should never touch the generated folder. */
const adverbOrder = new RegExp(
  `^(?:(?:you|we) (?:should|must|shall|have to|need to|may|can) |let's |let us )?(always|never|don't ever|do not ever|only ever)(?: again)? (?!give up)(${verb})\\b(.*)$`,
  'iu',
)
/** Always squash before merging: any other verb, when what follows it is clearly its object. */
const adverbAnyVerb =
  /^(always|never) (?!mind|here|there|heard|seen|been|had|thought|tried|knew|again|said|good|nice|great|happy|fun|wanted|more|less|happens?|works?\b)([a-z]{3,}(?<!ed|ing|s)) (?:before|after|with|without|from|into|to|in|the|a|an|all|any|our|my|your|¤)/iu
/** For dates always use ISO 8601. */
const forThings = new RegExp(`^for [^,.]{2,40}?,? (?:please )?(?:always|never|only) (?:${verb})\\b`, 'iu')
/** Ask before you install a dependency. */
const askFirst =
  /^(?:always )?(?:ask|check with|consult) (?:me )?(?:first|before|instead of|when|whenever)\b/iu
/** Don't use default exports. */
const prohibition = new RegExp(
  `^(?:don't|dont|do not|avoid|stop) (?:ever )?(?:using|${verb}|adding|writing|putting|making|generating|creating|repeating|explaining|asking|apologi[sz]ing|summari[sz]ing|wrapping|inventing|leaving|calling)\\b ?(.*)$`,
  'iu',
)
/** Use pnpm, not npm. · Use British spelling instead of American. */
const contrast =
  /^(?:we )?(?:use|write|prefer|say)\s+([^\d].{1,60}?)(?:,? (?:not|never)|,? (?:instead of|rather than|over))\s+(.{2,60})$/iu
/** No inline styles in this project. */
const ban =
  /^no (?:[\p{L}\d¤.-]+ ){1,4}(?:(?:in|on|at) (?:this|our|my|the) (?:repo|repository|project|codebase|code base|code|team)|please|ever|allowed)\b/iu
const banWithPlease = /^no (?:[\p{L}\d¤.-]+ ?){1,5}(?:, ?please)$/iu

/** No comments that restate code. · No default exports. */
const banOfHabit =
  /^no (?:[\p{L}-]+ )?(?:comments|semicolons|emojis?|abbreviations|abstractions|classes|default exports|any types|tabs|preambles?|summaries|mocks|wildcard imports|new dependencies)(?:(?: (?:that|which|in|on|for|without)\b|,? please$).*)?$/iu
/** Don't touch the migrations folder. */
const handsOff =
  /^(?:don't|dont|do not) (?:ever )?touch (?:the |our |my )?[\p{L}\d¤./ -]{1,40}?(?:folder|directory|branch|table|schema|server|database|cluster|¤)(?!\p{L})/iu
/** Don't use the word "cheap" anywhere. */
const wordBan =
  /^(?:don't|dont|do not) (?:ever )?(?:use|say|write|mention) (?:the )?(?:(?:word|term|phrase|name|expression)s? \S+.*|.+) (?:anywhere|ever)\b/iu
/** Run typecheck before you say done. */
const beforeEach = new RegExp(
  `^${verb} .{2,60} before (?:you|we|every|each|any) (?:say|commit|push|merge|open|release|deploy|finish|claim|declare|call|pull|hand)`,
  'iu',
)
/** Conventional commits, scope always. */
const alwaysLast =
  /^(?!(?:i|it|that|this|you|he|she|they|we|there|not|almost|nearly)\b)(?:[\p{L}\d¤'/-]+,? ){2,7}always$/iu
/** So please explain things in plain words. */
const plainWords =
  /\bplease (?:always )?(?:explain|answer|reply|write|speak)\b.{0,40}\bin (?:plain|simple|easy|everyday) (?:words|language|terms|english)\b/iu

/** I prefer tabs over spaces. */
const preference =
  /^(?:i|we|my (?:wife|husband|partner|team|kids)) (?:also |really |strongly |generally |usually |always |much |personally |would always |'d always )*(?:prefer|favou?r) (.+)$/iu
const preferImperative = /^prefer (.+)$/iu
/** I like my answers short. · I hate long function names. */
const taste =
  /^i (?:also |really |generally |usually |always |absolutely |just )*(?:don't like|do not like|dislike|hate|love|like|enjoy|can't stand|cannot stand|detest) (.+)$/iu
const tasteIsPassing =
  /^(?:the|this|that|these|those|it|how|what|where|when|your|you|him|her|them|to (?:see|know|hear|think|go)|a lot)\b/iu
const ratherEverywhere =
  /^i'd rather (?:have |use |see |not )*(.+?)\b(?:everywhere|always|in general|by default|as a rule)/iu
/** I always rebase before merging. · I don't eat pork. */
const habit = new RegExp(
  `^(?:i|we) (always|never|usually|generally|normally|typically|only|mostly) (?:${verb}|want(?! to)|rebase|eat|drink|sleep|read)\\b ?(.*)$`,
  'iu',
)
const abstains = /^i (?:don't|do not|can't|cannot) (eat|drink|use|smoke|drive|fly|take|wear) (.+)$/iu

/** We use Postgres 16. · We deploy from the release branch only. · We don't use ORMs. */
const convention =
  /^(?:we|our team|the team|everyone|everybody) (?:only |mostly |usually |never |always |do not |don't )?(?:use|uses|deploy|host|keep|store|write|name|follow|ship|target|support|format|lint|prefix|tag|release|track|log|merge|squash|version|pin|run) (.+)$/iu
const conventionIsPassing =
  /^(?:\w+ing\b|into\b|out of\b|a lot\b|up\b|down\b|the result\b|the output\b|the same\b)/iu
const runsOn =
  /^(?:we're|we are|everything is|production is|everything runs|production runs|we run) (?:still )?on (?:[\p{L}.]+ )?[\p{L}.]*\d/iu
/** Our convention is kebab-case. · The rule here is one class per file. */
const statedRule =
  /^(?:(?:our|my) (?:team |code |naming |general )*(?:convention|rule|policy|standard|style|preference)|the (?:team |code |naming |general )*(?:convention|rule|policy))(?: here| for [^,.]{2,40}| in [^,.]{2,30})? is (?:to |that )?(.+)$/iu
/** Our branch names start with the ticket number. */
const ourThings =
  /^(?:our|all (?:our|my)) (?:[\p{L}\d¤-]+ ){1,4}?(?:start with|end with|end in|begin with|use|follow|go through|live in|must|have to|has to|should always|should never|are (?:named|written|stored|kept|sorted|generated))\b/iu
/** Every endpoint has to check the tenant. */
const everyThing =
  /^(?:all|every|each|any) (?:[\p{L}\d¤-]+ ){1,6}?(?:must|has to|have to|need to|needs to|should always|should never|may not|may never|goes? through|is allowed|are allowed)\b/iu
const everythingGoes =
  /^everything (?:goes (?:through|in|into|via)|lives in|is kept in|must|has to|should always)\b/iu

/** Remember that the staging database is read-only. */
const remember =
  /^(?:please )?(remember|keep in mind|bear in mind)(?::| that\b(?! (?:time|day|one|bug|thing|when|night|week)))\s*(.+)$/iu

/** Call me Sam. · My name is Ines. · I'm allergic to peanuts. · I live in Lisbon. */
const whoIAm: readonly RegExp[] = [
  /^(?:you can |just |you may )?call me (?:[A-Z]\p{L}+|¤+)$/u,
  /^(?:[Yy]ou can |[Jj]ust )?[Cc]all me [A-Z]\p{L}+(?: [A-Z]\p{L}+)?$/u,
  /^(?:I'm|I am) (?!Done|Sorry|Sure|Ready|Fine|Back|Here|Not|Good|Ok|Okay|Just|Still|Now|Going|Getting)\p{Lu}\p{Ll}+(?:$|,| and I(?:'m| am)? )/u,
  /^(?:my (?:full |first |last |user ?|nick ?)?name(?: is|'s)|i go by|address me as|my pronouns are) [^\s[<{(]/iu,
  /^my (?:native|first|mother) (?:language|tongue) is \S/iu,
  /^my (?:time ?zone|birthday|shoe size|locale|keyboard layout|editor|shell|operating system|os) is \S/iu,
  /^my (?:[\p{L}]+ ){0,2}(?:wife|husband|partner|son|daughter|dog|cat|sister|brother|mother|father|baby|boss|girlfriend|boyfriend)(?:'s name is| is called| is named) \S/iu,
  /^(?:i'm|i am) (?:also |severely )?(?:allergic to|intolerant to|vegetarian|vegan|pescatarian|lactose[- ]intolerant|gluten[- ]intolerant|celiac|coeliac|diabetic|left-handed|colou?r[- ]?blind|dyslexic|deaf|hard of hearing)\b/iu,
  /^(?:I'm|I am|i'm|i am) (?:based|located) in (?:the |downtown )?\p{Lu}/u,
  /^(?:i'm|i am) an? (?:[\p{L}-]+ ){0,3}?(?:engineer|developer|programmer|designer|teacher|nurse|doctor|student|writer|author|manager|analyst|scientist|researcher|freelancer|consultant|lawyer|accountant|architect|admin|administrator|vegetarian|vegan|native speaker|translator|journalist|musician|photographer|chef|pharmacist|electrician|carpenter|farmer|pilot|librarian|therapist|maintainer)\b/iu,
  /^i work (?:as an? |in (?:the )?\p{L}+ (?:industry|sector|department)|for |from home)/iu,
  /^(?:I|i|We|we) live in (?:the )?\p{Lu}/u,
]

/** "I prefer …", "call me …": who the user is and likes, wherever they work. */
export function isAboutUser({ main }: Clause): boolean {
  return /^(?:i|i'm|i'd|my|(?:you (?:can|may) |just )?call me|address me)\b/iu.test(main)
}

/** Whether the clause is something to hold on to, said by the user in their own name. */
export function standing(clause: Clause): Standing | null {
  const { main } = clause
  if (clause.isQuestion || clause.isReported) return null
  if (whoIAm.some((pattern) => pattern.test(main))) return 'plain'
  if (clause.passing) return null
  if (isRule(clause) || isConvention(main)) return 'plain'
  return remembers(main) ?? prohibits(main) ?? likes(main) ?? usually(main)
}

function isRule({ main, lasting, placed }: Clause): boolean {
  const adverb = adverbOrder.exec(main)
  if (adverb !== null) return objectStands(adverb[3])
  if (adverbAnyVerb.test(main) || forThings.test(main) || askFirst.test(main)) return true
  if (lasting && lastingOrder.test(main)) return true
  if (placed && placedOrder.test(main)) return true
  const contrasted = contrast.exec(main)
  if (contrasted !== null && isGeneric(contrasted[1] ?? '') && isGeneric(contrasted[2] ?? '')) return true
  return [ban, banWithPlease, banOfHabit, handsOff, wordBan, beforeEach, alwaysLast, plainWords].some(
    (pattern) => pattern.test(main),
  )
}

/** "Don't use default exports in this repo" is a rule; "don't use roman numerals" may be meant for one text. */
function prohibits(main: string): Standing | null {
  const object = prohibition.exec(main)?.[1]
  if (object === undefined) return null
  if (/\bwithout (?:asking|telling|checking|my)\b|\bunless\b|\bever\b|^do(?:n't| not) ever\b/iu.test(main))
    return 'plain'
  if (/^\S+ be\b|^do not be\b/iu.test(main)) return null
  if (startsWithParticle.test(object))
    return /^(?:to|on|from) (?:main|master|production|prod|trunk)\b/iu.test(object) ? 'plain' : null
  if (!isGeneric(object) || /\b(?:already|above|below|previous|following)\b/iu.test(object)) return null
  return aboutWork.test(object) ? 'plain' : 'weak'
}

const startsWithParticle =
  /^(?:to|on|from|in|into|with|until|before|after|if|when|for|at|about|or|and|me|us|more|any more|all|too|up|down|out|back)\b/iu

function likes(main: string): Standing | null {
  const preferred = (preference.exec(main) ?? preferImperative.exec(main))?.[1]
  if (preferred !== undefined) {
    if (
      !standsAlone(preferred) ||
      /^(?:your|my|not to|to (?:wait|look|do|see|go|leave|stay))\b/iu.test(preferred)
    )
      return null
    return aboutCollaboration.test(preferred) || /\b(?:over|rather than|instead of)\b/iu.test(preferred)
      ? 'plain'
      : 'weak'
  }
  const liked = taste.exec(main)?.[1]
  if (liked !== undefined) {
    if (tasteIsPassing.test(liked) || !standsAlone(liked)) return null
    return aboutCollaboration.test(liked) ? 'plain' : 'weak'
  }
  return ratherEverywhere.test(main) ? 'plain' : null
}

/** What somebody always or never does is how they are; what they usually do is often only the story of a day. */
function usually(main: string): Standing | null {
  const abstained = abstains.exec(main)
  if (abstained !== null && isGeneric(abstained[2] ?? ''))
    return /eat|drink/iu.test(abstained[1] ?? '') ? 'plain' : 'weak'
  const habitual = habit.exec(main)
  if (habitual === null || !objectStands(habitual[2])) return null
  return /always|never|only/iu.test(habitual[1] ?? '') || aboutCollaboration.test(main) ? 'plain' : 'weak'
}

function isConvention(main: string): boolean {
  const conventional = convention.exec(main)?.[1]
  if (conventional !== undefined) return objectStands(conventional) && !conventionIsPassing.test(conventional)
  return [runsOn, statedRule, ourThings, everyThing, everythingGoes].some((pattern) => pattern.test(main))
}

/** "Remember that" asks for it; "keep in mind that" often introduces one task. */
function remembers(main: string): Standing | null {
  const asked = remember.exec(main)
  if (asked === null || !standsAlone(asked[2] ?? '')) return null
  return /^(?:please )?remember/iu.test(main) ? 'plain' : 'weak'
}

/** Nothing may follow the verb ("I always rebase"), but a bare pronoun says nothing to somebody who was not there. */
function objectStands(object: string | undefined): boolean {
  const rest = (object ?? '').trim()
  return rest === '' || standsAlone(rest)
}
