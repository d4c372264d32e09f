import { z } from 'zod'
import { line } from '../web/form.ts'
import { isZone } from './zones.ts'

const zoneField = line({ most: 64, label: 'The time zone', required: 'Please choose a time zone.' }).refine(
  (zone) => zone === '' || isZone(zone),
  'We don’t know this time zone. Please choose one from the list, like America/Chicago.',
)

export const zoneForm = z.object({ zone: zoneField, returnTo: line({ most: 500, label: 'The way back' }) })
