// The commonest statements in German, French and Spanish, for those who talk to their agent in their own language while
// the code is in English. Few patterns, each with words that no other language has in that place. Precision first.
import type { Sentence } from './sentences.ts'
import type { Speaker } from './speaker.ts'

export interface ForeignFinding {
  readonly kind: 'standing' | 'decision' | 'open' | 'done'
  readonly personal: boolean
}

/** Openers that are taken off. */
const lead =
  /^(?:(?:ok|okay|also|super|gut|hallo|hi|moin|danke|übrigens|und|aber|ach ja|ja|so|salut|bonjour|merci|alors|et|mais|au fait|d'accord|hola|gracias|vale|bueno|y|pero|por cierto)\s*[,:;.!–—-]*\s+)+/iu
const question = /[?？¿]/u
const reported =
  /\b(?:(?:er|sie|der kunde|der chef|die doku|der linter) (?:sagt|sagte|meint|schreibt)|angeblich|(?:il|elle|le client) (?:dit|disait)|(?:él|ella|el cliente) dice|laut|selon|según)\b/iu
/** Meant for the moment. */
const passing =
  /\b(?:heute|gerade|diesmal|dieses mal|vorerst|erst ?mal|aujourd'hui|cette fois|pour l'instant|hoy|esta vez|por ahora)\b/iu

const languages =
  'deutsch|englisch|französisch|spanisch|kurz|knapp|français|anglais|allemand|espagnol|español|inglés|alemán|francés'

const standing: readonly RegExp[] = [
  // Bitte immer zuerst die Tests laufen lassen. · Nie direkt auf main pushen.
  /^(?:bitte )?(?:immer|niemals|nie) (?:\S+ ){1,}/iu,
  /^bitte (?:\S+ ){1,6}(?:immer|niemals|nie)\b/iu,
  // Ab jetzt bitte keine Emojis.
  /^(?:bitte )?(?:ab (?:jetzt|sofort)|von (?:jetzt|nun) an|künftig|in zukunft|grundsätzlich) (?:\S+ ){2,}/iu,
  // Wir benutzen hier Poetry, kein pip.
  /^(?:wir|ich) (?:benutzen?|nutzen?|verwenden?|bevorzugen?) (?!das|es|die\b|den\b|diese|dieses|diesen|jetzt|nicht mehr)\S+/iu,
  /^(?:toujours|jamais|désormais|dorénavant|à partir de maintenant)\b.{8,}/iu,
  /^(?:ne |n['’])(?:\S+ )(?:jamais|plus jamais)\b/iu,
  // Les noms doivent rester en français.
  /\b(?:les|tous les|toutes les|chaque) [^,;.]{2,40} (?:doit|doivent) (?:toujours|rester|être)\b/iu,
  /^(?:on utilise|nous utilisons|je préfère) (?!ça|cela|ce\b|cette\b|plus)\S+/iu,
  /^(?:por favor,? )?(?:siempre|nunca|jamás|a partir de ahora|de ahora en adelante)\b.{8,}/iu,
  /^(?:por favor,? )?no (?:uses|agregues|añadas|toques|escribas|publiques|subas) (?:nunca )?(?!eso|esto|lo\b|la\b|el\b)\S+/iu,
  /^(?:usamos|utilizamos|prefiero) (?!eso|esto|este|esta)\S+/iu,
]
/** How to talk to the user, and who they are. */
const personal: readonly RegExp[] = [
  new RegExp(
    `^(?:bitte )?(?:antworte|schreib|schreibe|sprich|erkläre?|réponds|parle|écris|responde|contesta|habla|escribe)(?: mir|-moi|me)?(?: bitte| immer| siempre| toujours)* (?:auf |en )?(?:${languages})\\b`,
    'iu',
  ),
  /^(?:nenn mich|ich hei(?:ß|ss)e|mein name ist|je m['’]appelle|appelle-moi|me llamo|llámame|mi nombre es) \p{Lu}?\p{L}+/iu,
]
const notStanding =
  /^(?:immer (?:noch|wieder|wenn)|nie (?:wieder gesehen|gehört|gesehen)|jamais (?:vu|entendu)|nunca (?:he|había|vi|me))\b/iu

const decision: readonly RegExp[] = [
  /^(?:wir|ich) (?:haben?|hatten) (?:uns |mich )?(?:dafür |dagegen )?(?:entschieden|beschlossen|vereinbart|geeinigt)\b/iu,
  /\b(?:nehmen|nimm|verwenden|gehen) (?:wir |mit )?\S+ (?:an)?(?:statt|stelle von) \S+/iu,
  /^wir sind von \S+ (?:zu|auf|nach) \S+ (?:umgezogen|gewechselt|umgestiegen)/iu,
  /^(?:on a|nous avons|j['’]ai) décidé (?:de|d['’]|que)/iu,
  /^(?:on part sur|on est passés? (?:de|à)|nous sommes passés (?:de|à)) \S+/iu,
  /^(?:hemos decidido|decidimos|nos quedamos con|hemos pasado de|hemos cambiado de|vamos con) \S+/iu,
]

const open: readonly RegExp[] = [
  // Wir müssen nächstes Mal noch die Zeitzonen prüfen. · Morgen dann die Legende. · Offen ist noch die Legende.
  /\b(?:wir|ich) (?:müssen|muss|sollten) (?:\S+ ){0,3}(?:noch|nächstes mal|morgen)\b/iu,
  /^(?:morgen|nächstes mal|beim nächsten mal) (?:dann|noch|machen wir|müssen wir|kommt)\b/iu,
  /^offen (?:ist|sind|bleibt|bleiben)\b|\b(?:fehlt|fehlen) noch\b|\bsteht noch aus\b/iu,
  /^(?:der|die|das|mein|unser)\p{L}* [^,;.]{2,60} (?:ist|sind|geht|läuft) noch (?:nicht|immer nicht|kaputt|offen)\b/iu,
  /^il (?:nous )?reste (?:à|encore)\b|^reste à faire\b|^la prochaine fois,? (?:on|il faut|nous)\b|^demain,? (?:on|il faut|nous)\b/iu,
  /^(?:le|la|les) [^,;.]{2,60} (?:n['’]est|ne sont|ne marche|n['’]a) (?:\S+ )?pas encore\b/iu,
  /^(?:falta|faltan|queda por|quedan por|queda pendiente|pendiente:)\s\S+|^(?:la próxima vez|mañana) (?:hay que|tenemos que|seguimos)\b/iu,
  /^(?:el|la|los|las) [^,;.]{2,60} (?:todavía|aún) no\b/iu,
]

const done: readonly RegExp[] = [
  /^ich habe (?!noch)\S.* (?:\p{L}*ge\p{L}{2,}(?:t|en)|\p{L}+iert|behoben|ergänzt|entfernt|erstellt|ersetzt|erweitert|verschoben|überarbeitet)\b/iu,
  /^(?:der|die|das) [^,;.]{2,60} (?:ist|sind) (?:jetzt )?(?:angebunden|fertig|erledigt|behoben|umgestellt|eingebaut)\b/iu,
  /^j['’]ai (?:ajouté|corrigé|déplacé|supprimé|créé|modifié|mis|remplacé|implémenté|écrit|renommé) \S+/iu,
  /^(?:ya )?he (?:añadido|agregado|corregido|cambiado|movido|creado|eliminado|actualizado|implementado|escrito|reemplazado|renombrado|arreglado) \S+/iu,
]
const trouble = /\b(?:aber|leider|mais|pero|nicht|pas|no)\b/iu

/** What `sentence` states in a language other than English, when `role` says it. */
export function foreignFinding({ plain }: Sentence, role: Speaker): ForeignFinding | null {
  const text = plain.replace(/\s+/gu, ' ').trim().replace(lead, '')
  if (question.test(text) || reported.test(text)) return null
  if (role === 'user' && personal.some((pattern) => pattern.test(text)))
    return { kind: 'standing', personal: true }
  if (open.some((pattern) => pattern.test(text))) return { kind: 'open', personal: false }
  if (decision.some((pattern) => pattern.test(text))) return { kind: 'decision', personal: false }
  if (role === 'assistant')
    return done.some((pattern) => pattern.test(text)) && !trouble.test(text)
      ? { kind: 'done', personal: false }
      : null
  const isStanding =
    standing.some((pattern) => pattern.test(text)) && !notStanding.test(text) && !passing.test(text)
  return isStanding ? { kind: 'standing', personal: false } : null
}
