// Forms that no suffix rule brings together: irregular verbs and plurals, and everyday short forms that name the same
// thing. Each line: the form the others become, then the others. A line's words are one word to the index.

const irregularLines = `
be am is are was were been being
have has had having
do does did done doing
go goes went gone going
say said
get got gotten getting
make made making
know knew known
think thought
take took taken taking
see saw seen
come came coming
find found
give gave given giving
tell told
become became becoming
leave left leaving
feel felt
put putting
bring brought
begin began begun beginning
keep kept
hold held
write wrote written writing
stand stood
hear heard
let letting
mean meant
set setting
meet met
run ran running
pay paid
sit sat sitting
speak spoke spoken
lie lay lain lying
lead led
grow grew grown
lose lost losing
fall fell fallen
send sent
build built
understand understood
draw drew drawn
break broke broken
spend spent
cut cutting
rise rose risen
drive drove driven driving
buy bought
wear wore worn
choose chose chosen choosing
eat ate eaten
sing sang sung
swim swam swum swimming
fly flew flown
teach taught
sell sold
catch caught
sleep slept
win won winning
fight fought
throw threw thrown
forget forgot forgotten
ride rode ridden riding
drink drank drunk
hide hid hidden
bite bit bitten
blow blew blown
shake shook shaken
steal stole stolen
wake woke woken
bend bent
bind bound
lend lent
shoot shot
hang hung
seek sought
deal dealt
dream dreamt
learn learnt
burn burnt
hit hitting
quit quitting
split splitting
freeze froze frozen
swear swore sworn
tear tore torn
child children
person people
man men
woman women
foot feet
tooth teeth
mouse mice
life lives
wife wives
knife knives
half halves
shelf shelves
index indices
vertex vertices
matrix matrices
analysis analyses
criterion criteria
schema schemata
good better best
bad worse worst
far further farther
`

const shortFormLines = `
child kid
mother mom mum mommy mama
father dad daddy papa
photo picture pic image photograph
movie film
bike bicycle
television tv
phone cellphone telephone
refrigerator fridge
apartment apt
work job
doctor dr
information info
configuration config
repository repo
directory dir
environment env
parameter param
argument arg
database db
administrator admin
application app
authentication auth
documentation docs
specification spec
temporary temp
kubernetes k8s
javascript js
typescript ts
python py
postgres postgresql
`

/** Irregular form to the form it is indexed as; looked up before stemming. */
export const irregularForms: ReadonlyMap<string, string> = othersToFirst(irregularLines)

/** Short form to full form, both unstemmed; looked up by stem, so that plurals are met too. */
export const shortForms: ReadonlyMap<string, string> = othersToFirst(shortFormLines)

function othersToFirst(lines: string): Map<string, string> {
  const pairs = lines
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [first = '', ...others] = line.split(' ')
      return others.map((other): [string, string] => [other, first])
    })
  return new Map(pairs)
}
