import { beganAt50OrLater, hasLooserStoolsOver60, isAny, isYes } from './rules.ts'
import type { Row } from './table.ts'

const NICE = 'NICE CG61, Irritable bowel syndrome in adults (2008, updated 2017)'
const REVIEWS = 'Alarm features: Chey, Kurlander and Eswaran, JAMA 2015; Ford and others, Lancet 2020'
const PRACTICE = 'Practice'

/** The same advice for all, under the words of the sign, so that none of them sounds worse than it is. */
const advice = (about: string) => ({
  heading: 'Please talk to your physician',
  text: `${about} Please talk to your physician about this before we change your diet. We will also bring it up.`,
})

/** Signs that a physician should hear of before the diet is changed. */
export const physician: Row[] = [
  {
    sign: 'blood-in-stool',
    rule: isYes('blood-in-stool'),
    name: 'Blood in the stool, or black stool',
    client: advice('You told us about blood in your stool, or black stool.'),
    dietitian: 'Has seen blood in the stool, or black stool. Ask about iron and bismuth, and refer.',
    source: NICE,
  },
  {
    sign: 'weight-loss',
    rule: isYes('weight-loss'),
    name: 'Weight loss without trying',
    client: advice('You told us that you have lost weight without trying to.'),
    dietitian: 'Has lost weight without trying. Ask how much and since when, and refer.',
    source: NICE,
  },
  {
    sign: 'anemia',
    rule: isYes('anemia'),
    name: 'Anemic or low in iron',
    client: advice('You told us that you are anemic or low in iron.'),
    dietitian: 'Has been told of anemia or low iron. Ask for the values and what was done about it.',
    source: NICE,
  },
  {
    sign: 'family-cancer',
    rule: isYes('family-cancer'),
    name: 'Bowel or ovarian cancer in the family',
    client: advice('You told us about bowel or ovarian cancer in your family.'),
    dietitian:
      'A parent, sibling or child had bowel or ovarian cancer. Ask who and at what age, and whether screening is up to date.',
    source: NICE,
  },
  {
    sign: 'family-ibd-celiac',
    rule: isYes('family-ibd-celiac'),
    name: 'IBD or celiac disease in the family',
    client: {
      heading: 'Please talk to your physician',
      text: 'You told us about Crohn’s disease, ulcerative colitis or celiac disease in your family. Please talk to your physician about this before we change your diet, and keep eating gluten until then if you do. We will also bring it up.',
    },
    dietitian:
      'A parent, sibling or child has inflammatory bowel disease or celiac disease. Ask which, and which tests were done.',
    source: REVIEWS,
  },
  {
    sign: 'looser-stools-over-60',
    rule: hasLooserStoolsOver60,
    name: 'Looser or more frequent stools for over 6 weeks, older than 60',
    client: advice('You told us that your stools have been looser or more frequent for more than six weeks.'),
    dietitian: 'Looser or more frequent stools for more than 6 weeks at an age over 60. Refer.',
    source: NICE,
  },
  {
    sign: 'began-at-50-or-later',
    rule: beganAt50OrLater,
    name: 'Bowel symptoms that began at 50 or later',
    client: advice('You told us that your gut symptoms began when you were 50 or older.'),
    dietitian: 'Gut symptoms began at 50 or later. Ask whether they were looked into, and refer if not.',
    source: REVIEWS,
  },
  {
    sign: 'wakes-from-sleep',
    rule: isYes('wakes-from-sleep'),
    name: 'Symptoms that wake from sleep',
    client: advice('You told us that gut symptoms wake you from sleep.'),
    dietitian: 'Gut symptoms wake them from sleep. Ask which and how often, and refer.',
    source: REVIEWS,
  },
  {
    sign: 'fever-night-sweats',
    rule: isYes('fever-night-sweats'),
    name: 'Fever or night sweats with gut symptoms',
    client: advice('You told us about a fever or night sweats together with your gut symptoms.'),
    dietitian: 'Fever or night sweats together with gut symptoms. Ask since when, and refer.',
    source: REVIEWS,
  },
  {
    sign: 'swallowing-vomiting-yellow',
    rule: isAny('upper-signs', 'trouble-swallowing', 'vomiting', 'yellow'),
    name: 'Trouble swallowing, vomiting that does not stop, or yellow skin or eyes',
    client: {
      heading: 'Please talk to your physician soon',
      text: 'You told us about trouble swallowing, vomiting that does not stop, or yellow skin or eyes. Please talk to your physician about this in the next days, before we change your diet; the same day if you can’t keep fluids down. We will also bring it up.',
    },
    dietitian:
      'Trouble swallowing, vomiting that does not stop, or yellow skin or eyes; the answers say which. Refer.',
    source: PRACTICE,
  },
  {
    sign: 'skin',
    rule: isAny('skin-signs', 'rash-fever', 'blisters', 'spreading', 'infected', 'mole'),
    name: 'Skin that a physician should see',
    client: {
      heading: 'Please talk to your physician about your skin',
      text: 'You told us about something on your skin that a physician should see. Please talk to your physician about this before we change your diet; today if you have a fever, or it spreads fast or hurts. We will also bring it up.',
    },
    dietitian:
      'A rash with fever, blisters, a rash that spreads fast, skin that looks infected, or a mole that changes; the answers say which. Refer, to a dermatologist for a mole.',
    source: PRACTICE,
  },
  {
    sign: 'past-food-reaction',
    rule: isAny('allergy-reactions', 'swelling', 'breathing', 'faint'),
    name: 'A food allergy with swelling, trouble breathing or faintness',
    client: advice(
      'You told us about a food that makes your face or throat swell, makes it hard to breathe, or makes you feel faint. Please go on leaving it out.',
    ),
    dietitian:
      'A food allergy with swelling, trouble breathing or faintness. Ask for the allergist’s plan and whether epinephrine is at hand; never challenge this food.',
    source: 'Anaphylaxis: World Allergy Organization guidance, 2020',
  },
]
