import { createHash } from 'node:crypto'
import MarkdownIt from 'markdown-it'

export type Draft = { title: string; body: string }

/** SHA-256 of a consent's exact text: the Markdown as it was written, in UTF-8. */
export const textDigest = (body: string): Buffer => createHash('sha256').update(body, 'utf8').digest()

/** Stands for a draft as it was shown, so that nothing is published that nobody has looked at. */
export const markOf = ({ title, body }: Draft): string =>
  textDigest(JSON.stringify([title, body])).toString('base64url')

// Nothing is prettified: what is signed is what was written. No HTML, no pictures of other sites.
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable('image')

/** The page around it has the one h1. */
const LOWER: Record<string, string> = { h1: 'h2', h2: 'h2', h3: 'h3' }

/** A consent's text as HTML, safe to show. */
export function renderConsent(body: string): string {
  const tokens = markdown.parse(body, {})
  for (const token of tokens) if (token.type.startsWith('heading_')) token.tag = LOWER[token.tag] ?? 'h4'
  return markdown.renderer.render(tokens, markdown.options, {})
}
