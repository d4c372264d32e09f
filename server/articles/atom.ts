import { iso } from '../clock.ts'
import type { ArticleLine } from './store.ts'

const escaped = (text: string): string =>
  text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)

/** The newest articles as an Atom feed (RFC 4287). */
export function atomFeed(practice: { name: string }, articles: ArticleLine[], baseUrl: string): string {
  const updated = articles.map(({ updatedAt }) => updatedAt)
  const entries = articles.map(
    (article) => `  <entry>
    <title>${escaped(article.title)}</title>
    <link href="${escaped(`${baseUrl}/articles/${article.slug}`)}"/>
    <id>${escaped(`${baseUrl}/articles/${article.slug}`)}</id>
    <published>${iso(article.publishedAt)}</published>
    <updated>${iso(article.updatedAt)}</updated>
    <summary>${escaped(article.summary)}</summary>
  </entry>
`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>${escaped(practice.name)}</title>
  <link href="${escaped(`${baseUrl}/articles.atom`)}" rel="self"/>
  <link href="${escaped(`${baseUrl}/articles`)}"/>
  <id>${escaped(`${baseUrl}/articles`)}</id>
  <updated>${iso(Math.max(0, ...updated))}</updated>
  <author><name>${escaped(practice.name)}</name></author>
${entries.join('')}</feed>
`
}
