import { hasLooseIbsUntested, isAny, isGlutenFreeBeforeTest, isUnder18, says } from './rules.ts'
import type { Row } from './table.ts'

const AGA =
  'AGA Clinical Practice Update on the Role of Diet in Irritable Bowel Syndrome (Chey and others, Gastroenterology 2022)'
const ACG = 'ACG Clinical Guideline: Management of Irritable Bowel Syndrome (Lacy and others, 2021)'

const REVIEW = 'Review before any elimination plan.'

/** What calls for care in planning. Most are said to the dietitian alone: they are better talked about than read. */
export const cautions: Row[] = [
  {
    sign: 'eating-disorder-signs',
    rule: (facts) =>
      ['food-thoughts', 'eating-disorder', 'leaves-out-more'].some((fact) =>
        says(facts, fact, 'yes', 'talk', true),
      ),
    name: 'Signs of troubled eating',
    client: null,
    dietitian: `${REVIEW} Said yes, or would rather talk, to at least one question of “Eating and you”: thoughts taken over by food or body image, an eating disorder, or leaving out more and more foods.`,
    source: AGA,
    asksReview: true,
  },
  {
    sign: 'pregnancy',
    rule: isAny('pregnant', 'pregnant', 'breastfeeding'),
    name: 'Pregnant or breastfeeding',
    client: null,
    dietitian: `${REVIEW} Is pregnant or breastfeeding, and needs more of many nutrients; nothing is restricted without the physician.`,
    source: `${AGA}, on who is at risk of malnutrition; practice`,
    asksReview: true,
  },
  {
    sign: 'under-18',
    rule: isUnder18,
    name: 'Under 18',
    client: null,
    dietitian: `${REVIEW} Is under 18 and still growing; a parent or guardian takes part.`,
    source: `${AGA}, on who is at risk of malnutrition; practice`,
    asksReview: true,
  },
  {
    sign: 'food-insecurity',
    rule: isAny('food-worry', 'often', 'sometimes', 'yes', true),
    name: 'Worried that food would run out',
    client: null,
    dietitian: `${REVIEW} Worried in the last 12 months that food would run out. Plan with what is affordable, and ask about local help.`,
    source: AGA,
    asksReview: true,
  },
  {
    sign: 'gluten-free-before-test',
    rule: isGlutenFreeBeforeTest,
    name: 'Gluten-free before a celiac test',
    client: {
      heading: 'About celiac testing',
      text: 'A test for celiac disease only works while you eat gluten. Please change nothing for now: we will talk with you about whether a test makes sense, and how it is done.',
    },
    dietitian:
      'Ask for the test first. Eats gluten-free and was never tested for celiac disease, or was tested without gluten; the test needs gluten for some weeks before, in agreement with the physician.',
    source: `${ACG}; ACG Guidelines on Celiac Disease (2023)`,
  },
  {
    sign: 'suggest-celiac-test',
    rule: hasLooseIbsUntested,
    name: 'Loose stools, never tested for celiac disease',
    client: {
      heading: 'About celiac testing',
      text: 'Before food is changed, a simple blood test for celiac disease is often useful. It only works while you eat gluten, so please keep eating it until we have talked.',
    },
    dietitian:
      'Suggest the test. Likely IBS with loose stools, and never tested for celiac disease; gluten stays in the diet until then.',
    source: ACG,
  },
]
