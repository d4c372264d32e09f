import { benchBookings } from './bookings.ts'
import { benchCrash } from './crash.ts'
import { benchDesk } from './desk.ts'
import { benchForms } from './forms.ts'
import { benchFormsCrash } from './forms-crash.ts'
import { benchFormsRotation } from './forms-rotation.ts'
import { benchMy } from './my.ts'
import { benchOutage } from './outage.ts'
import { benchPages } from './pages.ts'
import { benchRace } from './race.ts'
import { benchDeskRace } from './race-desk.ts'
import { benchScale } from './scale.ts'
import { benchSignIn } from './sign-in.ts'
import { benchSlots } from './slots.ts'

/** npm run bench [-- NAME …]: figures are all measured when none is named; trials are made by their name. */

type Bench = () => Promise<boolean> | boolean

const figures: Record<string, Bench> = {
  slots() {
    benchSlots()
    return true
  },
  pages: benchPages,
  my: benchMy,
  'sign-in': benchSignIn,
  bookings: benchBookings,
  scale: benchScale,
  forms: benchForms,
  desk: benchDesk,
}
const trials: Record<string, Bench> = {
  race: benchRace,
  'race-desk': benchDeskRace,
  outage: benchOutage,
  crash: benchCrash,
  'forms-crash': benchFormsCrash,
  'forms-rotation': benchFormsRotation,
}
const all = { ...figures, ...trials }

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(all, name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(all).join(', ')}.`)
  process.exit(2)
}
let isGood = true
for (const name of asked.length > 0 ? asked : Object.keys(figures)) {
  console.log(`\n${name}`)
  if (!(await all[name]?.())) isGood = false
}
if (asked.length === 0) console.log(`\nBy name, as npm run bench -- race: ${Object.keys(trials).join(', ')}`)
process.exit(isGood ? 0 : 1)
