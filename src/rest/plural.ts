// English plurals, as far as names of collections need them.

/** Words that name a whole: they have no plural in a path. */
const uncountable = new Set(
  (
    'access activity advice aircraft analytics audio auth authentication authorization availability billing biomass ' +
    'capacity cash compliance connectivity consent content dns data documentation equipment evidence feedback firmware ' +
    'fish gear hardware health help history inference info information infrastructure inventory knowledge kubernetes ' +
    'legislation liveness logging maintenance media metadata money monitoring music news ownership progress readiness ' +
    'research rice search security series sheep software species spend staff storage telemetry traffic training usage ' +
    'visibility weather work'
  ).split(' '),
);

const irregular = new Map<string, string>([
  ['analysis', 'analyses'],
  ['axis', 'axes'],
  ['basis', 'bases'],
  ['child', 'children'],
  ['crisis', 'crises'],
  ['criterion', 'criteria'],
  ['diagnosis', 'diagnoses'],
  ['echo', 'echoes'],
  ['foot', 'feet'],
  ['goose', 'geese'],
  ['half', 'halves'],
  ['hero', 'heroes'],
  ['hypothesis', 'hypotheses'],
  ['knife', 'knives'],
  ['leaf', 'leaves'],
  ['life', 'lives'],
  ['loaf', 'loaves'],
  ['man', 'men'],
  ['matrix', 'matrices'],
  ['mouse', 'mice'],
  ['person', 'people'],
  ['phenomenon', 'phenomena'],
  ['potato', 'potatoes'],
  ['quiz', 'quizzes'],
  ['self', 'selves'],
  ['shelf', 'shelves'],
  ['thesis', 'theses'],
  ['thief', 'thieves'],
  ['tomato', 'tomatoes'],
  ['tooth', 'teeth'],
  ['vertex', 'vertices'],
  ['veto', 'vetoes'],
  ['wife', 'wives'],
  ['wolf', 'wolves'],
  ['woman', 'women'],
]);
const irregularBack = new Map([...irregular].map(([one, many]) => [many, one]));
for (const one of ['cache', 'cookie', 'movie']) irregularBack.set(`${one}s`, one);
irregularBack.set('axes', 'axis');
irregularBack.set('indexes', 'index');
irregularBack.set('indices', 'index');

// Singular words that end in s: most that end in ss, us, sis and the like, and these.
const singularEnds = /(ss|us|sis|xis|tis|nis|bris|dis)$/;
const singularWords = new Set(
  'alias atlas bias canvas chaos christmas cosmos gas iaas ios iris kudos lens macos nas os paas saas texas'.split(' '),
);
const pluralWords = new Set('bureaus cpus emus gpus menus plateaus skus taxis tpus'.split(' '));

/** True if the word is a plural already, or one of those that have none. Lower or upper case. */
export function isPlural(word: string): boolean {
  const lower = word.toLowerCase();
  if (uncountable.has(lower)) return true;
  if (irregularBack.has(lower)) return true;
  if (irregular.has(lower) || singularWords.has(lower) || !lower.endsWith('s') || lower.length < 3) return false;
  return pluralWords.has(lower) || !singularEnds.test(lower);
}

/** The plural, in the case of the word's first letter; a word that is plural or uncountable stays as it is. */
export function pluralOf(word: string): string {
  if (isPlural(word)) return word;
  const lower = word.toLowerCase();
  const known = irregular.get(lower);
  if (known !== undefined) return word.charAt(0) + known.slice(1);
  if (/[^aeiou]y$/.test(lower)) return `${word.slice(0, -1)}ies`;
  if (/(s|x|z|ch|sh)$/.test(lower)) return `${word}es`;
  return `${word}s`;
}

// Of «houses» only the s is taken off, of these the es.
const esAdded = new Set(
  'alias atlas bias bonus bus campus canvas census consensus corpus focus gas lens radius status virus'.split(' '),
);

/** The singular of a plural; any other word stays as it is. */
export function singularOf(word: string): string {
  const lower = word.toLowerCase();
  if (uncountable.has(lower) || !isPlural(word)) return word;
  const known = irregularBack.get(lower);
  if (known !== undefined) return word.charAt(0) + known.slice(1);
  if (lower.endsWith('ies') && lower.length > 4) return `${word.slice(0, -3)}y`;
  const withoutEs = lower.slice(0, -2);
  const added = lower.endsWith('es') && (/(ss|sh|ch|x|zz)$/.test(withoutEs) || esAdded.has(withoutEs));
  return word.slice(0, added ? -2 : -1);
}
