// Invented sentences in German, French and Spanish, labelled by hand; half of them are hard negatives. Written after the
// rules, without trying them: what they get wrong stays in.
import type { StatementKind } from '../../src/consolidation/statements.ts'
import type { Role } from '../../src/model/memory.ts'
import type { LabelledSentence } from './labelled-sentences.ts'

function labelled(label: StatementKind | 'none', role: Role, lines: string): LabelledSentence[] {
  return lines
    .trim()
    .split('\n')
    .map((text) => ({ text: text.trim(), role, label }))
}

export const otherLanguages: readonly LabelledSentence[] = [
  ...labelled(
    'standing',
    'user',
    `Bitte immer zuerst die Tests laufen lassen.
     Nie Passwörter ins Repository schreiben.
     Ab sofort bitte keine Abkürzungen in Variablennamen.
     Wir verwenden hier Gradle, kein Maven.
     Antworte bitte auf Deutsch.
     Nenn mich Jule.
     Ich bevorzuge kurze Funktionen.
     Grundsätzlich keine neuen Abhängigkeiten ohne Rückfrage.
     Toujours lancer les tests avant de committer.
     Réponds-moi en français, s'il te plaît.
     On utilise pnpm ici, pas npm.
     Ne pousse jamais directement sur main.
     Tous les messages de commit doivent rester en anglais.
     Je m'appelle Odile.
     Siempre ejecuta las pruebas antes de subir cambios.
     Nunca publiques sin avisarme.
     No uses emojis en los commits.
     Usamos tabuladores, no espacios.
     Responde en español, por favor.
     Me llamo Itziar.
     A partir de ahora, los nombres de rama empiezan con el número del ticket.`,
  ),
  ...labelled(
    'decision',
    'user',
    `Wir haben beschlossen, die alte API bis Juni zu behalten.
     Wir haben uns für Postgres entschieden.
     Für die Suche nehmen wir Tantivy statt Lucene.
     On a décidé de garder SQLite.
     On part sur une seule base de données.
     Hemos decidido quitar el modo oscuro.
     Nos quedamos con la versión corta.`,
  ),
  ...labelled(
    'open',
    'user',
    `Die Dokumentation fehlt noch.
     Wir müssen nächstes Mal noch die Rechte prüfen.
     Morgen dann der Export.
     Il reste à traduire la page d'accueil.
     La prochaine fois, il faut regarder les index.
     Falta la página de contacto.
     Queda pendiente el formulario.`,
  ),
  ...labelled(
    'done',
    'assistant',
    `Ich habe den Parser ersetzt und drei Tests ergänzt.
     Ich habe die Migration geschrieben.
     J'ai corrigé le calcul des taxes.
     He añadido un índice a la tabla de pedidos.`,
  ),
  ...labelled(
    'none',
    'user',
    `Das ist immer noch kaputt.
     Immer wenn ich speichere, stürzt es ab?
     Ich habe das nie gesehen.
     Mein Chef sagt, wir verwenden hier nur Java.
     Kannst du heute immer erst die Tests laufen lassen?
     Nutzen wir eigentlich noch Redis?
     Wir benutzen das gerade zum ersten Mal.
     Nie wieder gesehen.
     Was fehlt dir?
     Der Text ist sehr schön geworden.
     Danke, das passt so.
     Toujours le même problème ?
     Il dit qu'on utilise Docker partout.
     Jamais vu une erreur pareille.
     C'est toujours cassé.
     Aujourd'hui on utilise la vieille version.
     Merci, ça marche.
     Siempre me pasa lo mismo con esta impresora.
     Nunca he visto este error.
     El cliente dice que usamos demasiadas cookies.
     ¿Usamos todavía Jenkins?
     Está muy bien, gracias.
     Hoy no subas nada más.
     Esta vez no uses la caché.
     La prueba falla a veces.
     Schau dir bitte die Datei an.
     Regarde ce fichier, s'il te plaît.
     Mira este archivo, por favor.`,
  ),
  ...labelled(
    'none',
    'assistant',
    `Ich habe keinen Fehler gefunden.
     Ich habe verstanden.
     Wir verwenden hier einen einfachen Trick.
     Nie sollte man Zeiger freigeben, die man nicht besitzt.
     J'ai compris la question.
     Je n'ai pas trouvé la cause.
     He entendido el problema.
     Siempre conviene medir primero.`,
  ),
]
