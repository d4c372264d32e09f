import { z } from 'zod'
import { choice, line, lines, tick } from '../web/form.ts'

export const draftForm = z.object({
  title: line({ most: 120, label: 'The title', required: 'Please give the document a title.' }),
  body: lines({ most: 20_000, label: 'The text', required: 'Please write the text of the document.' }),
})

const TYPES = 'Please choose among the appointment types of this page.'

/** Who is asked: everybody, and the clients of the ticked types. A tick box that is posted once is no array. */
export const askedForm = z.object({
  everybody: tick,
  types: z.preprocess(
    (raw) => (raw === undefined ? [] : [raw].flat()),
    z.array(z.guid(TYPES), TYPES).max(100, TYPES),
  ),
})

export const retirementForm = z.object({
  retired: choice(['yes', 'no'], 'Please choose whether it is still asked for.'),
})
