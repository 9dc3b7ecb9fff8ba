// The texts on which an embedder's cosines are measured: invented, short, of developers' days and everybody's, no two about
// one thing but the two of a pair. Another text is another sample: `sampleVersion` goes up and builtinCosines is taken anew.

export const sampleVersion = 1

/** Each says something of its own. */
export const unrelatedTexts: readonly string[] = [
  'The nightly backup runs at two and copies everything to the second disk.',
  'We named the new parrot Admiral because of his hat of yellow feathers.',
  'Feature flags are read once at startup and never again.',
  'My sister plays the cello in a small orchestra on Thursdays.',
  'The parser gives up on the first unbalanced bracket.',
  'Grandfather repaired clocks in a shop behind the station.',
  'Two of the unit tests depend on the order in which they run.',
  'The tomatoes on the balcony need water twice a day in July.',
  'Prices are kept in cents so that nothing is rounded.',
  'There is a heron standing in the pond again this morning.',
  'The mobile app caches avatars for a week.',
  'She is allergic to walnuts but not to almonds.',
  'A single queue worker sends all the invoices.',
  'The old bicycle has a bent wheel and no bell.',
  'Tabs were replaced by two spaces in the whole repository.',
  'Our train to the coast leaves from platform nine.',
  'The memory of the container grows by a megabyte an hour.',
  'He collects postcards of lighthouses from the north.',
  'The icons come from one sprite file that the designer exports.',
  'Yesterday the choir rehearsed the last movement without a conductor.',
  'Please write the commit messages in the imperative.',
  'The dentist moved my appointment to the end of the month.',
  'The map tiles are rendered on a machine with a graphics card.',
  'A neighbour left a basket of plums at the door.',
]

/** Both sides say the same, mostly in other words. */
export const alikePairs: readonly (readonly [string, string])[] = [
  ['How do users sign in?', 'Authentication goes through the login page of the identity provider.'],
  ['The program crashes when it starts.', 'On launch the application aborts with an error.'],
  ['Which database holds the orders?', 'Purchases are stored in PostgreSQL tables.'],
  ['The website has become slow.', 'Pages take much longer to load than before.'],
  ['Where do we deploy the service?', 'Releases go to servers in the Frankfurt data center.'],
  ['Remove code that nobody uses.', 'Delete dead functions and unused modules.'],
  ['The password must be changed often.', 'Credentials expire and have to be renewed regularly.'],
  ['How are bugs reported?', 'Customers open an issue in the tracker when they find a defect.'],
  ['My child is ill today.', 'Our daughter is sick with a fever and stays at home.'],
  ['What does he do for a living?', 'His job is teaching mathematics at a high school.'],
  ['We are going to buy a car.', 'They want to purchase a new vehicle next spring.'],
  ['I love eating pasta.', 'Spaghetti and lasagna are my favourite dishes.'],
  ['The holiday was wonderful.', 'We had a great vacation and enjoyed the trip.'],
  ['It will rain all weekend.', 'The forecast says wet weather on Saturday and Sunday.'],
  ['How much is the rent?', 'The apartment costs nine hundred a month, paid to the landlord.'],
  ['She runs to stay fit.', 'Jogging is the exercise that keeps her healthy.'],
]
