import type { Answers } from './answering.ts'
import { jonah, maya, scales, zip } from './intakes.ts'

/** What the sample clients answered, by their place in the story, some evening. Everybody is invented. */
export type StoryResponse = { client: number; form: 'intake' | 'check-in'; daysAgo: number; answers: Answers }

const MAYA = 0
const JONAH = 1

const WELL = ['stress', 'sleep-quality', 'energy']

type Week = {
  daysAgo: number
  gut: number[]
  skin: number[]
  habits: string[]
  well: number[]
  more: Answers
}

const weeks: Week[] = [
  {
    daysAgo: 40,
    gut: [7, 8, 7, 5, 3, 4, 2, 6],
    skin: [8, 6, 3, 8, 6, 8],
    habits: ['1-2', '2', '1-2', 'none', '6-7', '3-4', '2-3'],
    well: [7, 4, 3],
    more: { 'pain-days': 4, 'stools-a-day': 3, 'stool-form': '5' },
  },
  {
    daysAgo: 33,
    gut: [6, 8, 7, 5, 3, 3, 2, 6],
    skin: [7, 6, 3, 7, 6, 7],
    habits: ['3-4', '2', '1-2', '1-2', '6-7', '3-4', '4-5'],
    well: [7, 4, 4],
    more: {
      'pain-days': 4,
      'stools-a-day': 3,
      'stool-form': '5',
      different: 'Parent-teacher week: late evenings.',
    },
  },
  {
    daysAgo: 26,
    gut: [6, 7, 6, 4, 2, 3, 1, 5],
    skin: [7, 5, 3, 6, 5, 6],
    habits: ['3-4', '1', '3-4', '1-2', '6-7', '3-4', '4-5'],
    well: [6, 5, 4],
    more: { 'pain-days': 3, 'stools-a-day': 2, 'stool-form': '5' },
  },
  {
    daysAgo: 19,
    gut: [5, 6, 6, 4, 2, 3, 1, 5],
    skin: [6, 5, 2, 6, 4, 6],
    habits: ['3-4', '1', '3-4', '3-4', '7-9', '3-4', '4-5'],
    well: [5, 6, 5],
    more: {
      'pain-days': 3,
      'stools-a-day': 2,
      'stool-form': '4',
      different: 'The weeping spot has dried up.',
    },
  },
  {
    daysAgo: 12,
    gut: [4, 6, 5, 3, 2, 2, 1, 4],
    skin: [5, 4, 2, 5, 3, 5],
    habits: ['5-6', '1', '3-4', '3-4', '7-9', '5-7', '6-7'],
    well: [5, 6, 6],
    more: { 'pain-days': 2, 'stools-a-day': 2, 'stool-form': '4' },
  },
  {
    daysAgo: 5,
    gut: [3, 5, 5, 3, 1, 2, 0, 3],
    skin: [4, 4, 2, 4, 2, 4],
    habits: ['5-6', 'hardly', '5-6', '3-4', '7-9', '5-7', '6-7'],
    well: [4, 7, 6],
    more: { 'pain-days': 1, 'stools-a-day': 2, 'stool-form': '4', different: 'Short sleeves on Friday!' },
  },
]

/** In the order they were sent. Maya has two warning signs, of gut and skin, and gets slowly better; Jonah a caution. */
export const responses: StoryResponse[] = [
  { client: MAYA, form: 'intake', daysAgo: 45, answers: maya },
  ...weeks.map(
    ({ daysAgo, gut, skin, habits, well, more }): StoryResponse => ({
      client: MAYA,
      form: 'check-in',
      daysAgo,
      answers: { ...scales(gut, skin, habits), ...zip(WELL, well), ...more },
    }),
  ),
  { client: JONAH, form: 'intake', daysAgo: 1, answers: jonah },
]
