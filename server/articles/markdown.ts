import MarkdownIt from 'markdown-it'

export type Rendered = { before: string; after: string; contents: { id: string; text: string }[] }

/** No HTML of the author's passes: what is written is text, and the links are http(s), mailto or inside. */
const markdown = new MarkdownIt({ html: false, linkify: false, typographer: true })

const idOf = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')

/**
 * An article in two parts, so that the call to action can stand in the middle: before the third chapter.
 * Chapters ("## …") get ids, and a table of contents is made of them.
 */
export function renderArticle(body: string): Rendered {
  const tokens = markdown.parse(body, {})
  const contents: Rendered['contents'] = []
  let middle = tokens.length
  tokens.forEach((token, index) => {
    if (token.type !== 'heading_open' || token.tag !== 'h2') return
    const text = tokens[index + 1]?.content ?? ''
    const id = uniqueId(idOf(text) || 'part', contents)
    token.attrSet('id', id)
    contents.push({ id, text })
    if (contents.length === 3) middle = index
  })
  const render = (from: number, to: number) =>
    markdown.renderer.render(tokens.slice(from, to), markdown.options, {})
  return { before: render(0, middle), after: render(middle, tokens.length), contents }
}

const uniqueId = (id: string, taken: { id: string }[]): string => {
  const same = taken.filter((other) => other.id === id || other.id.startsWith(`${id}-`)).length
  return same === 0 ? id : `${id}-${same + 1}`
}
