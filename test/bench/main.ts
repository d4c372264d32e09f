import { benchMy } from './my.ts'
import { benchPages } from './pages.ts'
import { benchRace } from './race.ts'
import { benchSlots } from './slots.ts'

/** npm run bench [-- NAME]: each figure and each trial by its name; without one, all of them. */

type Bench = () => Promise<boolean | undefined> | undefined

const benches: Record<string, Bench> = {
  slots: () => {
    benchSlots()
    return undefined
  },
  pages: benchPages,
  my: benchMy,
  race: benchRace,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}.`)
  process.exit(2)
}
let isGood = true
for (const name of asked.length > 0 ? asked : Object.keys(benches)) {
  const answer = await benches[name]?.()
  isGood &&= answer !== false
}
process.exit(isGood ? 0 : 1)
