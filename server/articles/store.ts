import type { Knex } from 'knex'
import { type Instant, iso } from '../clock.ts'

export type Source = { text: string; url: string | null }

export type ArticleLine = {
  slug: string
  title: string
  summary: string
  publishedAt: Instant
  updatedAt: Instant
}

export type Article = ArticleLine & {
  bodyMarkdown: string
  sources: Source[]
  author: { name: string; credentials: string } | null
}

const lineColumns = {
  slug: 'articles.slug',
  title: 'articles.title',
  summary: 'articles.summary',
  publishedAt: 'articles.published_at',
  updatedAt: 'articles.updated_at',
}

export const PAGE = 12

/** Published articles, the newest first; one more than a page, to know of the next. `page` counts from 0. */
export const listArticles = (db: Knex, page: number, now: Instant): Promise<ArticleLine[]> =>
  db('articles')
    .select<ArticleLine[]>(lineColumns)
    .where('published_at', '<=', iso(now))
    .orderBy([{ column: 'published_at', order: 'desc' }, 'id'])
    .offset(page * PAGE)
    .limit(PAGE + 1)

type ArticleRow = ArticleLine & {
  bodyMarkdown: string
  sources: Source[]
  name: string | null
  credentials: string | null
}

/** A published article by its slug. */
export async function findArticle(db: Knex, slug: string, now: Instant): Promise<Article | undefined> {
  const row = await db('articles')
    .leftJoin('dietitians', 'dietitians.id', 'articles.author_id')
    .where('articles.slug', slug)
    .where('published_at', '<=', iso(now))
    .first<ArticleRow | undefined>({
      ...lineColumns,
      bodyMarkdown: 'articles.body_markdown',
      sources: 'articles.sources',
      name: 'dietitians.name',
      credentials: 'dietitians.credentials',
    })
  if (!row) return undefined
  const { name, credentials, ...article } = row
  return { ...article, author: name === null ? null : { name, credentials: credentials ?? '' } }
}
