import { Router } from 'express'
import { listArticles } from '../articles/store.ts'
import { typeCard } from '../availability/pages.ts'
import { listBookable, listNextOpenings } from '../availability/store.ts'
import type { Deps } from '../deps.ts'
import { anyone } from '../web/access.ts'
import { whenShort, zoneWords } from '../words.ts'

export function homeRoutes({ db, clock }: Pick<Deps, 'db' | 'clock'>): Router {
  const router = Router()

  router.get('/', anyone, async (_req, res) => {
    const now = clock.now()
    const bookables = await listBookable(db, true, now)
    const [next, [article]] = await Promise.all([
      listNextOpenings(db, bookables, now),
      listArticles(db, 0, now),
    ])
    const [soonest] = [...next].sort(([, a], [, b]) => a - b)
    const { zone } = res.locals.practice
    const nextOpening = soonest && {
      label: whenShort(soonest[1], zone),
      zoneWords: zoneWords(zone, soonest[1]),
      href: `/book/${soonest[0]}`,
    }
    res.render('home/home', {
      types: bookables.map(({ type }) => typeCard(type)),
      nextOpening: nextOpening ?? null,
      article: article ?? null,
    })
  })

  router.get('/robots.txt', anyone, (_req, res) => {
    res
      .type('text')
      .send('User-agent: *\nDisallow: /appointments/\nDisallow: /book/holds/\nDisallow: /practice\n')
  })

  return router
}
