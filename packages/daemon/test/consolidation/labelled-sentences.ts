// Invented sentences with the kind a careful reader gives them, written before the rules that find them. The rules
// may be tuned on `developmentSample` only; `heldOutSample` says how well they do on what they were not tuned on.
// More than a third are hard negatives: sentences with a rule's very words that say nothing to hold on to.

import type { StatementKind } from '../../src/consolidation/statements.ts'
import type { Role } from '../../src/model/memory.ts'

export interface LabelledSentence {
  readonly text: string
  readonly role: Role
  readonly label: StatementKind | 'none'
}

function labelled(label: LabelledSentence['label'], role: Role, lines: string): LabelledSentence[] {
  return lines
    .trim()
    .split('\n')
    .map((text) => ({ text: text.trim(), role, label }))
}

export const developmentSample: readonly LabelledSentence[] = [
  ...labelled(
    'standing',
    'user',
    `Always run the tests before committing.
     Never push straight to main.
     Please always answer in German.
     From now on, write commit messages in the imperative.
     I prefer tabs over spaces.
     Prefer composition over inheritance.
     don't use default exports in this repo
     Don't add emojis to commit messages.
     we use pnpm, not npm
     We use Postgres 16 in production.
     Call me Sam.
     My name is Ines and I maintain the billing service.
     In this project we keep all SQL in one file per backend.
     Whenever you add a route, update the OpenAPI file too.
     Every public function must have a doc comment.
     I'm allergic to peanuts.
     I'm vegetarian, so leave meat out of any recipe.
     I live in Lisbon.
     My timezone is CET.
     Never commit without asking me first.
     Remember that the staging database is read-only.
     Please stop adding comments that repeat the code.
     I always rebase before merging.
     We never log request bodies.
     Use British spelling, not American.
     Keep in mind that our users are mostly on slow phones.
     I hate long function names.
     I like my answers short, without a preamble.
     For dates always use ISO 8601.
     You should never touch the generated folder.
     Ask before you install a new dependency, always.
     I work as a nurse and mostly do night shifts.
     my daughter is called Mira
     All timestamps must be in UTC.
     By default, use the small model for drafts.
     when you write tests, never mock the database
     I never drink coffee after noon.
     Our convention is kebab-case for file names.
     We deploy from the release branch only.
     No semicolons in this codebase, please.
     Don't ever rewrite history on shared branches.
     I only want metric units in recipes.`,
  ),
  ...labelled(
    'decision',
    'user',
    `We decided to drop support for Node 18.
     Let's go with SQLite for the local store.
     We chose Fastify because its hooks are easier to test.
     ok, I've decided against the monorepo split
     Let's stick with REST for now and skip GraphQL.
     We'll go with two replicas instead of three.
     We agreed that the API returns cents, not euros.
     I'm going with the blue tiles for the bathroom.
     Decision: the cache lives in Redis, not in memory.
     We picked Lyon for the team meeting because the trains are direct.
     The plan is to ship the importer behind a flag.
     We won't support Windows 7.
     Let's use Zod for the config schema.
     I decided to book the morning flight.`,
  ),
  ...labelled(
    'decision',
    'assistant',
    `I went with a queue instead of a timer because it survives a restart.
     We settled on one table per tenant.
     I chose a binary heap here because the list is re-sorted on every insert.
     I kept the old endpoint rather than break existing clients.
     As agreed, the retry limit is five.
     We have decided to keep the parser hand-written.`,
  ),
  ...labelled(
    'open',
    'user',
    `TODO: rename the config keys before the release
     The login test is still broken on Windows.
     Next time we need to look at the slow query on the orders page.
     We still need to write the migration guide.
     let's continue with the payment form tomorrow
     Still failing on CI, no idea why, I have to stop here.
     The PDF export isn't done yet.
     Remind me to call the plumber on Monday.
     Left to do: error states and the empty list.
     We never got round to testing the restore path.
     I haven't booked the hotel yet.
     Let's come back to the naming question later.
     The memory leak is still unresolved.`,
  ),
  ...labelled(
    'open',
    'assistant',
    `The integration tests are still failing because the fixture server does not start.
     I did not get to the CSS cleanup.
     Not done yet: pagination for the audit log.
     FIXME: the retry loop ignores the abort signal.
     The rate limiter has not been tested under load yet.
     What remains is the migration of the old avatars.
     This is blocked on the new signing key.
     Open question: should deleted users keep their invoices?
     I could not reproduce the crash, so the cause is still unknown.`,
  ),
  ...labelled(
    'done',
    'assistant',
    `I've added a retry with exponential backoff to the upload client.
     Fixed the off-by-one in the pagination query.
     All 214 tests pass.
     I renamed \`getUser\` to \`findUser\` across the codebase.
     The importer now handles empty files.
     Implemented the CSV export and covered it with tests.
     I have updated the README with the new flags.
     Removed the unused feature flag and its settings page.
     I've moved the date helpers into their own module.
     Done: the nightly job runs at 02:00 and mails its report.`,
  ),
  ...labelled(
    'done',
    'user',
    `I fixed the certificate problem myself.
     I've merged the invoice branch.
     I booked the flights yesterday.`,
  ),
  ...labelled(
    'none',
    'user',
    `Don't run the tests now.
     don't commit yet
     Never mind, I found it.
     Can you always see my screen?
     Why do we use Redis here?
     Should we always run the linter first?
     It always crashes when I click save.
     I never get a response from the server.
     Every time I start the app it asks for the password.
     I always forget how rebase works.
     Call me back when the build is green.
     Do you remember that bug from last week?
     Use a Map here.
     Add a test for this.
     Never seen this error before.
     Don't worry about the styling.
     If we use Postgres we need a migration.
     We use it in the next step.
     I'd prefer the second option.
     I like it!
     I like the new layout.
     I'm a bit confused about the types.
     Which database do we use in staging?
     He said "always use tabs" and I disagree.
     The docs say that you should never call this from a worker.
     Run the tests again please.
     what would you prefer, tabs or spaces?
     I prefer that one.
     Have we decided on a database?
     We haven't decided on the colour yet, what do you think?
     If we decided to move to Rust, how long would it take?
     Let's go!
     Let's see what happens.
     Let's use it.
     let's go with that
     It fails because the port is already in use.
     They decided to raise the price again, can you believe it?
     Is the login test still broken?
     Write a todo app in React.
     Remove all the TODO comments from the code.
     What should we do next time?
     Can you explain why the test is failing?
     Does it still need a restart?
     Thanks, that works now!
     Make the button blue.
     Give me three ideas for a birthday present.
     What is the difference between a mutex and a semaphore?
     I never said that.
     Always a pleasure, thank you.
     The function should return null when the list is empty.
     Could you stop the dev server?
     Stop here for a moment.
     Just this once, don't write tests for it.
     Don't change anything else in that file.
     I want to learn how to cook risotto.
     Here is the log, it is always the same line.
     I live with three other people and the rent is due on Friday, what can I say to them?
     Keep going.
     Remember when we had the outage in March?`,
  ),
  ...labelled(
    'none',
    'assistant',
    `You should always validate user input on the server.
     Never store passwords in plain text.
     I prefer to explain this with an example.
     We use the result of the first call as the input of the second.
     Always preheat the oven before you start with the dough.
     Let me know if you want me to go with the second approach.
     Would you like me to add a test for this?
     I've listed a few options below.
     Added sugar is the main difference between the two.
     You decided to drop Node 18, so the polyfill can go.
     If the problem is still there, restart the daemon.
     You could use TODO comments to mark the places.
     Next, open the settings page and click on the key.
     Here is the updated version of the letter.
     I've included a table with the differences.
     Fixed costs are costs that do not depend on volume.
     The next time the cache is read it is filled from disk.
     I will now run the tests.
     This happens because the effect runs twice in strict mode.
     We can go with either approach, depending on your needs.`,
  ),
]

export const heldOutSample: readonly LabelledSentence[] = [
  ...labelled(
    'standing',
    'user',
    `Never use any in TypeScript.
     Please never delete a branch without asking.
     always write the tests first, then the code
     Going forward, put new components under src/ui.
     I prefer short functions with early returns.
     Prefer small pull requests.
     we don't use ORMs here
     Don't write docstrings for private helpers.
     Use yarn instead of npm.
     We're on Python 3.12 everywhere.
     You can call me Jo.
     I go by Alex.
     In this repo everything goes through the Makefile.
     Each time you change the schema, add a migration.
     Every endpoint has to check the tenant.
     I'm lactose intolerant.
     I am a backend developer with ten years of Go.
     We live in Graz with two cats.
     I'm based in Toronto.
     Never run the seed script against production.
     Please remember: the demo account must stay untouched.
     stop using abbreviations in variable names
     I usually commit in small steps.
     We always squash before we merge.
     Write in plain English, no marketing words, in every text you draft for me.
     Keep in mind that the API is public and versioned.
     I can't stand trailing whitespace.
     I like to see a plan before any code.
     For prices always show two decimals.
     You must never print secrets to the log.
     I'm a teacher, my pupils are about ten years old.
     My dog is called Biscuit.
     All images have to be under 200 kB.
     As a rule, errors are returned, not thrown.
     when in doubt, ask me instead of guessing
     I don't eat pork.
     The rule here is one class per file.
     We only merge with two approvals.
     No inline styles in this project.
     Don't ever force-push.
     I'd rather have explicit types everywhere.
     Our branch names start with the ticket number.`,
  ),
  ...labelled(
    'decision',
    'user',
    `We decided on Tailwind for the new site.
     let's go with option 'server-side rendering' for the shop
     We went with Kafka because we need replay.
     I've decided to take the job in Vienna.
     Let's keep the old URL scheme, the links are printed on the boxes.
     We're going with a yearly licence.
     We agreed to freeze features until the audit is over.
     I'll go with the wooden desk.
     Final decision: no dark mode in version one.
     We chose May for the wedding because it is cheaper.
     We will use feature flags rather than long-lived branches.
     We're not going to rewrite the scheduler.
     We've opted for hosted search.
     We replaced Moment with date-fns because of the bundle size.`,
  ),
  ...labelled(
    'decision',
    'assistant',
    `I used a trigger rather than application code because three services write to that table.
     We agreed on a timeout of ten seconds.
     I opted for a single migration so that it can be rolled back in one step.
     I left the public signature unchanged so existing callers keep working.
     We decided to keep both formats until June.
     I picked the streaming parser because the files reach two gigabytes.`,
  ),
  ...labelled(
    'open',
    'user',
    `TODO add the retry to the webhook sender
     Dark mode is still missing on the settings page.
     tomorrow we have to fix the flaky upload test
     I still have to ask Noor about the contract.
     Let's pick up the refactoring of the mailer next week.
     The search is still slow with more than a thousand rows.
     I haven't finished the slides yet.
     Remind me to renew the passport in May.
     What's left: docs and the changelog.
     We didn't get to the accessibility review.
     The Safari bug remains open.
     I'll do the second half of the translation next time.
     We are still waiting for the designer's icons.`,
  ),
  ...labelled(
    'open',
    'assistant',
    `Two tests still fail: the timezone one and the one for leap years.
     I ran out of time for the last refactoring step.
     Still to do: validation of the billing address.
     The websocket reconnect is not implemented yet.
     The cleanup job has yet to be scheduled.
     Remaining work: update the fixtures and remove the old client.
     Blocked by missing permissions on the bucket.
     It is unclear why the second worker exits; that needs another look.
     I have not been able to verify this on macOS.`,
  ),
  ...labelled(
    'done',
    'assistant',
    `I've replaced the polling loop with a file watcher.
     Added a health check to the compose file.
     All tests pass and the build is green.
     I extracted the price calculation into its own function.
     The search page now remembers its filters.
     Refactored the mailer to use templates.
     I have deleted the unused images.
     Upgraded the driver to 5.2 and adapted the two breaking calls.
     I've split the settings file in two.
     The release is published as 2.4.0.`,
  ),
  ...labelled(
    'done',
    'user',
    `I deployed the hotfix this morning.
     I've already ordered the paint.
     We released version 3 on Tuesday.`,
  ),
  ...labelled(
    'none',
    'user',
    `Please don't push until I have looked at it.
     don't touch the database today
     Never again!
     Do you always answer in English?
     How do we use the new client?
     Shouldn't we never block the event loop?
     She always calls at the worst moment.
     I never know which one to pick.
     Whenever I save, the formatter removes the import.
     I always thought that this was sorted.
     Call me if anything breaks.
     Do you remember what we said about ports?
     Use the second one.
     Don't forget the semicolon at the end of that line.
     I've never used Kubernetes.
     Do not include the header in this one.
     When we use the mock, the test passes.
     we use that later
     I would prefer to look at it tomorrow.
     I like where this is going.
     I love it, thank you!
     I'm a few commits behind, what changed?
     What do we use for logging?
     The linter prints "never use var" for this line.
     According to the manual one must always unplug the machine.
     Run the migration once more.
     Do you prefer Vue or React?
     I prefer your first version.
     Did we agree on the date?
     We have not agreed on anything so far.
     Suppose we decided to host it ourselves, what would it cost?
     let's try again
     Let's look at the logs first.
     let's do it
     OK let's go with the first one.
     I am tired because the baby was awake all night.
     My neighbours decided to cut down the tree.
     Are there tests that still fail?
     Build me a to-do list with drag and drop.
     How many TODOs are left in the code?
     What comes next?
     Why is this still slow?
     Is it done yet?
     Perfect, it works.
     Move the logo to the left.
     Tell me a story about a dragon who never sleeps.
     How does a heat pump work?
     I never asked for this.
     Always wanted to try that!
     If the list is empty it should show a hint.
     Can you stop showing the whole file?
     Wait.
     Only for this file, use snake_case.
     Don't add new dependencies for this.
     I want to go to Norway next summer, what should I see?
     The output is always empty.
     I live too far away to come by, could they send it?
     Go on.
     Remember the outage? It was the same cause.`,
  ),
  ...labelled(
    'none',
    'assistant',
    `You should never share your private key.
     Always check the expiry date on the package.
     I would prefer not to guess here.
     We use a hash map to look up each word in constant time.
     Never leave a pan of hot oil alone.
     Shall I go with the shorter version?
     Do you want me to fix that as well?
     I've attached an outline you can adapt.
     Updated prices can be found on their website.
     Since you chose Tailwind, the plugin is not needed.
     If it is still failing, send me the output.
     Mark anything unfinished with TODO so it is easy to find.
     Next, whisk the eggs until they are pale.
     I've written three versions, from formal to casual.
     Moved by the letter, she decided to return.
     Added together, the two loans come to about nine thousand.
     Next time you visit, try the small museum by the harbour.
     I'll start with the parser.
     It is slower because every row is fetched on its own.
     We could use either library for this.`,
  ),
]
