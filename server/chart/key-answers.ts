import { readAnswers } from '../forms/answers.ts'
import type { Questionnaire, QuestionnaireResponse } from '../forms/fhir.ts'
import { type Read, withBeside, wordsFor } from './key.ts'

/** A few words of what somebody answered, under a heading. */
export type Group = { title: string; lines: { label: string; answers: string[] }[] }

/** `beside`: what stands in the same row belongs to it. */
type Asked = { fact: string; label: string; beside?: string }

const of = (fact: string, label: string, beside?: string): Asked => ({ fact, label, beside })

/** What a dietitian reads before an appointment, by the facts that the questions tell; see forms/facts.ts. */
const groups: { title: string; asked: Asked[] }[] = [
  {
    title: 'What brings them',
    asked: [
      of('main-goals', 'Goals'),
      of('since', 'Since'),
      of('tried', 'Tried so far'),
      of('hope', 'In three months'),
    ],
  },
  {
    title: 'Health',
    asked: [
      of('told-conditions', 'Told they have'),
      of('allergies', 'Food allergies', 'allergy-reactions'),
      of('other-allergies', 'Other allergies'),
      of('medicines', 'Medicines', 'medicine-doses'),
      of('surgeries', 'Surgery'),
      of('antibiotics', 'Courses of antibiotics, 12 months'),
      of('pregnant', 'Pregnant or breastfeeding'),
      of('tested-celiac', 'Tested for celiac disease'),
      of('gluten-at-test', 'Ate gluten when tested'),
      of('gluten-now', 'Eats gluten now'),
    ],
  },
  {
    title: 'Gut',
    asked: [
      of('gut-score', 'Gut score (0 to 100)'),
      of('pain-days', 'Days with pain, of 7'),
      of('stools-least', 'Stools a day, least'),
      of('stools-most', 'Stools a day, most'),
      of('stool-form', 'Stool form'),
      of('symptom-times', 'Symptoms come'),
      of('suspect-foods', 'Foods they suspect'),
    ],
  },
  {
    title: 'Skin',
    asked: [
      of('skin-score', 'Skin score (0 to 100)'),
      of('skin-conditions', 'Told they have'),
      of('skin-where', 'Where'),
      of('skin-since', 'Since'),
      of('skin-triggers', 'Sets it off'),
      of('skin-treatments', 'Uses or takes'),
      of('flare-together', 'Flares with the gut'),
    ],
  },
  {
    title: 'Food',
    asked: [
      of('way-of-eating', 'Way of eating'),
      of('avoided-foods', 'Avoids'),
      of('diets-tried', 'Diets tried'),
      of('diets-story', 'How it went'),
      of('usual-day', 'A usual day'),
      of('habits-score', 'Habits score (0 to 100, 100 is best)'),
      of('food-worry', 'Worried that food would run out'),
    ],
  },
  {
    title: 'Supplements',
    asked: [
      of('probiotics', 'Probiotics', 'probiotic-times'),
      of('prebiotics', 'Prebiotics or fiber'),
      of('other-supplements', 'Others'),
    ],
  },
  {
    title: 'Working together',
    asked: [
      of('ready', 'Ready to change (0 to 10)'),
      of('confident', 'Confident (0 to 10)'),
      of('obstacles', 'Could get in the way'),
      of('support', 'Support'),
      of('ease', 'Makes it easier'),
      of('reach', 'Best reached by'),
      of('anything-else', 'Also said'),
    ],
  },
]

/** What was answered of it; groups and lines without an answer are left out. */
export function groupsIn(definition: Questionnaire, response: QuestionnaireResponse): Group[] {
  const read: Read = { definition, answers: readAnswers(definition, response) }
  return groups.flatMap(({ title, asked }) => {
    const lines = asked.flatMap(({ fact, label, beside }) => {
      const answers = beside ? withBeside(read, fact, beside) : wordsFor(read, fact)
      return answers.length > 0 ? [{ label, answers }] : []
    })
    return lines.length > 0 ? [{ title, lines }] : []
  })
}
