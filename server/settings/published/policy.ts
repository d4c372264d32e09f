import { renderConsent } from '../../consents/text.ts'

/** A policy's text as HTML, safe to show, below a heading of its own: its headings stand one level lower. */
export const renderPolicy = (text: string): string =>
  renderConsent(text).replace(
    /<(\/?)h([2-5])>/g,
    (_, end: string, level: string) => `<${end}h${Number(level) + 1}>`,
  )
