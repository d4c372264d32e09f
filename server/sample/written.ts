import type { AddendumContent } from '../notes/canonical.ts'
import type { Content } from '../notes/content.ts'
import { emptyContent } from '../notes/content.ts'

/** What the sample's dietitian has written: invented, like everybody it is about. */

export type StoryNote = {
  client: number
  content: Content
  /** Null: begun after the appointment, and still a draft. */
  signedHoursAfter: number | null
  isShared: boolean
  addendum: AddendumContent | null
}

export const notes: StoryNote[] = [
  {
    client: 0,
    signedHoursAfter: 2,
    isShared: true,
    content: {
      assessment:
        'Bloating most evenings for eight months, looser stools on working days. Skips lunch and eats late. Sleeps six hours. Itch on the forearms follows the worst evenings by a day or two.',
      problems: [
        {
          problem: 'Irregular meals with most of the day’s food after 7 PM',
          relatedTo: 'shifts without a break at noon',
          shownBy: 'three days of food records and bloating every evening',
        },
      ],
      noProblem: false,
      intervention:
        'A packed lunch on four working days, dinner before 8 PM, oats and banana in the morning. No food is left out for now. We talked about sleep and screens.',
      monitoring: 'Weekly check-in. Gut score and itch in four weeks; then we decide about a FODMAP review.',
    },
    addendum: {
      reason: 'The client called the day after.',
      text: 'Takes a magnesium supplement, 300 mg in the evening, which was not in the intake. To be talked about at the next appointment.',
    },
  },
  {
    client: 3,
    signedHoursAfter: 1,
    isShared: false,
    content: {
      assessment:
        'Known celiac disease, gluten-free for six years. Feels well but for a rash on the elbows since summer. Eats out twice a week.',
      problems: [],
      noProblem: true,
      intervention:
        'Went through the menus of two restaurants and how to ask about shared fryers. The rash is seen by his physician next week.',
      monitoring: 'FODMAP review by video. Skin check-in before it.',
    },
    addendum: null,
  },
  {
    client: 1,
    signedHoursAfter: null,
    isShared: false,
    content: {
      ...emptyContent,
      assessment:
        'From the hello call: bloating since spring; rosacea worse in the same weeks. Wants to know where to begin.',
    },
    addendum: null,
  },
]

export const policies = {
  cancellation_policy:
    'Plans change. You can move or cancel an appointment yourself, by the link in your mail, until **24 hours** before it begins.\n\nLater than that, please call us. What is cancelled late, or missed, is charged at half its price; the first time is on us.',
  privacy_policy:
    'What you tell us is for your care and nothing else. Your answers and our notes are kept sealed, and only your dietitian opens them. Each time somebody does, it is written down.\n\n- You can see what you signed and what you sent under your own page, and take everything with you.\n- We sell nothing and share nothing, and no other site learns that you were here.\n- Ask us to delete what we keep at any time. Signed notes and consents are kept as long as the law asks us to.',
}

export const template = {
  name: 'First appointment',
  content: {
    ...emptyContent,
    assessment: 'What brings them:\nGut:\nSkin:\nEating, sleep, stress:\nMedicines and supplements:',
    monitoring: 'Weekly check-in. We meet again in four weeks.',
  },
}

export const snippets = [
  {
    name: 'Food record',
    text: 'Asked for a food and symptom record over three days, one of them on a weekend.',
  },
  {
    name: 'To the physician',
    text: 'Asked to talk to their physician before anything is left out of the diet.',
  },
]
