import { Router } from 'express'
import type { Deps } from '../deps.ts'
import { anyone } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { isSlug, readPage } from '../web/form.ts'
import { atomFeed } from './atom.ts'
import { renderArticle } from './markdown.ts'
import { findArticle, listArticles, PAGE } from './store.ts'

export function articleRoutes({ db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>): Router {
  const router = Router()

  router.get('/articles', anyone, async (req, res) => {
    const page = readPage(req.query.page)
    const found = await listArticles(db, page, clock.now())
    const newer = page > 0 ? `/articles?page=${page}` : null
    const older = found.length > PAGE ? `/articles?page=${page + 2}` : null
    const zone = res.locals.practice.zone
    res.render('articles/list', {
      articles: found.slice(0, PAGE).map((line) => ({ ...line, zone })),
      newer,
      older,
    })
  })

  router.get('/articles.atom', anyone, async (_req, res) => {
    const articles = await listArticles(db, 0, clock.now())
    res.type('application/atom+xml').send(atomFeed(res.locals.practice, articles, config.baseUrl))
  })

  router.get('/articles/:slug', anyone, async (req, res) => {
    const article = isSlug(req.params.slug) ? await findArticle(db, req.params.slug, clock.now()) : undefined
    if (!article) throw new NotFound()
    const { before, after, contents } = renderArticle(article.bodyMarkdown)
    const { sources } = article
    res.render('articles/article', { article, htmlBefore: before, htmlAfter: after, contents, sources })
  })

  return router
}
