import { isAny } from './rules.ts'
import type { Row } from './table.ts'

const heading = 'Please seek care today'

/** Signs that should not wait for an appointment. */
export const urgent: Row[] = [
  {
    sign: 'swelling-or-breathing',
    rule: isAny('right-now', 'swelling', 'breathing'),
    name: 'Swelling of face or throat, or trouble breathing, after eating',
    client: {
      heading,
      text: 'If your face or throat is swelling or it is hard to breathe now, call your local emergency number (911 in the US) right away, and use your epinephrine if you were given it. If it has passed, please have a physician look at it today and leave out the food you suspect until then.',
    },
    dietitian:
      'Swelling of the face or throat, or trouble breathing, after eating something, now or in the last few days. Has been told to seek care today. Ask whether that has happened and which food it was; no food challenge before a physician has looked at it.',
    source: 'Anaphylaxis: World Allergy Organization guidance, 2020',
  },
  {
    sign: 'bloody-stools-with-fever',
    rule: isAny('right-now', 'bloody-stools-fever'),
    name: 'Six or more bloody stools a day with a fever',
    client: {
      heading,
      text: 'Many bloody stools together with a fever should be looked at today. Please call your physician or go to urgent care now. If you feel faint or very unwell, call your local emergency number (911 in the US). Please don’t wait for our appointment.',
    },
    dietitian:
      'Six or more bloody stools a day together with a fever. Has been told to seek care today. Ask whether that has happened; no change of diet before.',
    source:
      'Criteria of acute severe colitis: Truelove and Witts, 1955; ACG guideline on ulcerative colitis, 2019',
  },
  {
    sign: 'severe-belly-pain',
    rule: isAny('right-now', 'severe-belly-pain'),
    name: 'Severe belly pain now',
    client: {
      heading,
      text: 'Severe belly pain should be looked at today. Please call your physician or go to urgent care now. If it gets worse or you feel faint, call your local emergency number (911 in the US). Please don’t wait for our appointment.',
    },
    dietitian:
      'Severe belly pain at the time of answering. Has been told to seek care today. Ask whether that has happened; no change of diet before.',
    source: 'Criteria of acute colitis and acute abdomen; practice',
  },
]
