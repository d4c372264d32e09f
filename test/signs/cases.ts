import type { Answers } from '../../server/sample/answering.ts'

/** The day on which all of these are answered. */
export const TODAY = '2026-03-03'

/** Of each sign: answers to the intake that raise it, that do not, and where it is just so. */
export type Case = {
  yes: Answers[]
  no: Answers[]
  edge: { because: string; answers: Answers; isRaised: boolean }[]
  /** What the client sees at once; null: nothing. */
  client: RegExp | null
  dietitian: RegExp
}

const at = (because: string, answers: Answers, isRaised: boolean) => ({ because, answers, isRaised })

const TALK = /^Please talk to your physician: .*before we change your diet.* We will also bring it up\.$/
const CARE = /^Please seek care today: .*\(911 in the US\)/

/** A question with yes, no and not sure. */
const asked = (linkId: string, dietitian: RegExp): Case => ({
  yes: [{ [linkId]: 'yes' }],
  no: [{ [linkId]: 'no' }],
  edge: [at('not sure is no yes', { [linkId]: 'not-sure' }, false), at('nothing was said', {}, false)],
  client: TALK,
  dietitian,
})

/** A list of which some raise the sign. */
const listed = (linkId: string, raising: string[], words: { client: RegExp; dietitian: RegExp }): Case => ({
  yes: raising.map((code) => ({ [linkId]: [code] })),
  no: [{ [linkId]: ['none'] }],
  edge: [at('several at once', { [linkId]: raising }, true), at('nothing was said', {}, false)],
  ...words,
})

const looser = (born: string, weeks: number, answer = 'yes'): Answers => ({
  'date-of-birth': born,
  'looser-stools': answer,
  'looser-weeks': weeks,
})

const loose = { conditions: ['ibs'], 'stool-form': '6', 'tested-celiac': 'no', 'gluten-now': 'yes' }

export const cases: Record<string, Case> = {
  'swelling-or-breathing': {
    ...listed('right-now', ['swelling', 'breathing'], {
      client: CARE,
      dietitian: /^Swelling of the face or throat, or trouble breathing/,
    }),
    no: [{ 'right-now': ['none'] }, { 'right-now': ['severe-belly-pain'] }],
  },
  'bloody-stools-with-fever': {
    yes: [{ 'right-now': ['bloody-stools-fever'] }],
    no: [{ 'right-now': ['none'] }, { 'right-now': ['swelling'] }],
    edge: [
      at('blood and fever, told apart', { 'blood-in-stool': 'yes', 'fever-night-sweats': 'yes' }, false),
    ],
    client: CARE,
    dietitian: /^Six or more bloody stools/,
  },
  'severe-belly-pain': {
    yes: [{ 'right-now': ['severe-belly-pain'] }],
    no: [{ 'right-now': ['none'] }],
    edge: [at('the worst pain of last week is not pain now', { 'belly-pain': 10 }, false)],
    client: CARE,
    dietitian: /^Severe belly pain/,
  },
  'blood-in-stool': asked('blood-in-stool', /blood in the stool, or black stool/),
  'weight-loss': asked('weight-loss', /lost weight without trying/),
  anemia: asked('anemia', /anemia or low iron/),
  'family-cancer': asked('family-cancer', /bowel or ovarian cancer/),
  'family-ibd-celiac': asked('family-ibd-celiac', /inflammatory bowel disease or celiac disease/),
  'looser-stools-over-60': {
    yes: [looser('1950-01-01', 20)],
    no: [looser('1980-01-01', 20), looser('1950-01-01', 2), { 'date-of-birth': '1950-01-01' }],
    edge: [
      at('60 today', looser('1966-03-03', 20), false),
      at('61 tomorrow', looser('1965-03-04', 20), false),
      at('61 today', looser('1965-03-03', 20), true),
      at('six weeks', looser('1950-01-01', 6), false),
      at('seven weeks', looser('1950-01-01', 7), true),
      at('not sure', looser('1950-01-01', 20, 'not-sure'), false),
      at('no date of birth', { 'looser-stools': 'yes', 'looser-weeks': 20 }, false),
    ],
    client: TALK,
    dietitian: /more than 6 weeks at an age over 60/,
  },
  'began-at-50-or-later': {
    yes: [{ 'gut-began-age': 66 }],
    no: [{ 'gut-began-age': 20 }, {}],
    edge: [at('49', { 'gut-began-age': 49 }, false), at('50', { 'gut-began-age': 50 }, true)],
    client: TALK,
    dietitian: /began at 50 or later/,
  },
  'wakes-from-sleep': asked('wakes-from-sleep', /wake them from sleep/),
  'fever-night-sweats': asked('fever-night-sweats', /Fever or night sweats/),
  'swallowing-vomiting-yellow': listed('upper-signs', ['trouble-swallowing', 'vomiting', 'yellow'], {
    client: /^Please talk to your physician soon: .*We will also bring it up\.$/,
    dietitian: /^Trouble swallowing, vomiting that does not stop, or yellow/,
  }),
  skin: listed('skin-signs', ['rash-fever', 'blisters', 'spreading', 'infected', 'mole'], {
    client: /^Please talk to your physician about your skin: .*We will also bring it up\.$/,
    dietitian: /a mole that changes/,
  }),
  'past-food-reaction': {
    yes: ['swelling', 'breathing', 'faint'].map((code) => ({
      'food-allergies': [{ 'allergy-food': 'Peanuts', 'allergy-reaction': [code] }],
    })),
    no: [{ 'food-allergies': [{ 'allergy-food': 'Kiwi', 'allergy-reaction': ['mouth', 'hives', 'gut'] }] }],
    edge: [
      at(
        'the second of two foods',
        {
          'food-allergies': [
            { 'allergy-food': 'Kiwi', 'allergy-reaction': ['mouth'] },
            { 'allergy-food': 'Shrimp', 'allergy-reaction': ['hives', 'swelling'] },
          ],
        },
        true,
      ),
      at(
        'a reaction in other words',
        { 'food-allergies': [{ 'allergy-reaction': ['swelling a bit'] }] },
        false,
      ),
    ],
    client: TALK,
    dietitian: /never challenge this food/,
  },
  'eating-disorder-signs': {
    yes: [{ 'food-thoughts': 'yes' }, { 'eating-disorder': 'yes' }, { 'leaves-out-more': 'yes' }],
    no: [{ 'food-thoughts': 'no', 'eating-disorder': 'no', 'leaves-out-more': 'no' }, {}],
    edge: [at('would rather talk about it', { 'eating-disorder': 'talk' }, true)],
    client: null,
    dietitian: /^Review before any elimination plan\. .*food or body image/,
  },
  pregnancy: {
    yes: [{ pregnant: 'pregnant' }],
    no: [{ pregnant: 'no' }, {}],
    edge: [
      at('breastfeeding', { pregnant: 'breastfeeding' }, true),
      at('would rather not say', { pregnant: 'rather-not' }, false),
    ],
    client: null,
    dietitian: /^Review before any elimination plan\. Is pregnant or breastfeeding/,
  },
  'under-18': {
    yes: [{ 'date-of-birth': '2012-06-01' }],
    no: [{ 'date-of-birth': '1990-01-01' }],
    edge: [
      at('18 today', { 'date-of-birth': '2008-03-03' }, false),
      at('18 tomorrow', { 'date-of-birth': '2008-03-04' }, true),
      at('born in the future', { 'date-of-birth': '2062-01-01' }, false),
      at('no date of birth', {}, false),
    ],
    client: null,
    dietitian: /^Review before any elimination plan\. Is under 18/,
  },
  'food-insecurity': {
    yes: [{ 'food-worry': 'often' }, { 'food-worry': 'sometimes' }],
    no: [{ 'food-worry': 'no' }],
    edge: [at('would rather not say', { 'food-worry': 'rather-not' }, false)],
    client: null,
    dietitian: /^Review before any elimination plan\. Worried .*that food would run out/,
  },
  'gluten-free-before-test': {
    yes: [
      { 'gluten-now': 'no', 'tested-celiac': 'no' },
      { 'way-of-eating': ['gluten-free'], 'tested-celiac': 'not-sure' },
    ],
    no: [
      { 'gluten-now': 'yes', 'tested-celiac': 'no' },
      { 'gluten-now': 'no', 'tested-celiac': 'negative', 'gluten-at-test': 'yes' },
      { 'gluten-now': 'no', 'tested-celiac': 'no', conditions: ['celiac'] },
    ],
    edge: [
      at(
        'tested without gluten',
        { 'gluten-now': 'no', 'tested-celiac': 'negative', 'gluten-at-test': 'no' },
        true,
      ),
      at(
        'told to have it',
        { 'gluten-now': 'no', 'tested-celiac': 'positive', 'gluten-at-test': 'no' },
        false,
      ),
      at('a little gluten', { 'gluten-now': 'little', 'tested-celiac': 'no' }, false),
      at(
        'gluten-free with a little gluten',
        { 'way-of-eating': ['gluten-free'], 'gluten-now': 'little', 'tested-celiac': 'no' },
        false,
      ),
      at('nothing said of a test', { 'gluten-now': 'no' }, false),
    ],
    client: /^About celiac testing: .*only works while you eat gluten/,
    dietitian: /^Ask for the test first/,
  },
  'suggest-celiac-test': {
    yes: [loose, { ...loose, conditions: ['none'], 'pain-days': 3, 'stool-form': '7' }],
    no: [
      { ...loose, 'tested-celiac': 'negative' },
      { ...loose, 'stool-form': '3' },
      { ...loose, 'gluten-now': 'no' },
      { ...loose, conditions: ['ibs', 'celiac'] },
    ],
    edge: [
      at('soft pieces are not loose', { ...loose, 'stool-form': '5' }, false),
      at('no pain, and not told of IBS', { ...loose, conditions: ['none'], 'pain-days': 0 }, false),
      at('one day of pain', { ...loose, conditions: ['none'], 'pain-days': 1 }, true),
      at('not sure of a test', { ...loose, 'tested-celiac': 'not-sure' }, true),
    ],
    client: /^About celiac testing: .*keep eating it until we have talked/,
    dietitian: /^Suggest the test/,
  },
}
