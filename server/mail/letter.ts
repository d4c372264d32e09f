/** The words of a mail, once: the plain text and the HTML are both written from a letter. Pure. */

export type Letter = {
  subject: string
  greeting: string
  paragraphs: string[]
  facts: { label: string; value: string }[]
  link: { words: string; address: string }
  /** A second address, for who wants more than this mail is about. */
  more?: { words: string; address: string; note: string }
  /** Sentences; one that asks for something has an address of its own. */
  closing: (string | { words: string; address: string })[]
  signature: string[]
  /** What the practice wrote itself: in place of the greeting, and before the signature. */
  own?: { greeting: string | null; closing: string[] }
}

export type Written = { subject: string; text: string; html: string }

/** Cc has CR and LF, which would end a header (ASVS 1.3.11); the rest would turn around the words that follow. */
const UNWELCOME = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/gu

/** Typed text as one line without control or direction marks. */
export const oneLine = (text: string): string =>
  text.toWellFormed().replace(UNWELCOME, ' ').replace(/\s+/g, ' ').trim()

/** Several lines as one: "1 Main Street, Indianapolis". */
export const joinLines = (text: string): string =>
  text
    .split(/[\r\n]+/)
    .map(oneLine)
    .filter((line) => line !== '')
    .join(', ')

const ADVERTISES = /\/|www\.|@|[\p{L}\p{N}]{2}\.\p{L}{2}/iu

/** Whoever books can name any address: a name that looks like one of the web is not carried to strangers. */
export const greeted = (name: string): string => (ADVERTISES.test(name) ? '' : oneLine(name))

const ISOLATE_START = '\u2068'
const ISOLATE_END = '\u2069'

/** Typed text inside a sentence: kept to itself, so that a name from right to left does not turn the sentence. */
export const isolated = (text: string): string => `${ISOLATE_START}${oneLine(text)}${ISOLATE_END}`

const plain = (text: string): string => text.replaceAll(ISOLATE_START, '').replaceAll(ISOLATE_END, '')

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

const escaped = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
    .replaceAll(ISOLATE_START, '<bdi>')
    .replaceAll(ISOLATE_END, '</bdi>')

export function writeLetter(letter: Letter): Written {
  const whole = withOwn(letter)
  return { subject: oneLine(plain(letter.subject)), text: asText(whole), html: asHtml(whole) }
}

const withOwn = (letter: Letter): Letter => ({
  ...letter,
  greeting: letter.own?.greeting ?? letter.greeting,
  closing: [...letter.closing, ...(letter.own?.closing ?? [])],
})

function asText({ greeting, paragraphs, facts, link, more, closing, signature }: Letter): string {
  const blocks = [
    greeting,
    ...paragraphs,
    facts.map(({ label, value }) => `${label}: ${value}`).join('\n'),
    `${link.words}:\n${link.address}`,
    ...(more ? [`${more.words}:\n${more.address}\n${more.note}`] : []),
    ...closing.map((one) => (typeof one === 'string' ? one : `${one.words}\n${one.address}`)),
    signature.join('\n'),
  ]
  return `${plain(blocks.filter((block) => block !== '').join('\n\n'))}\n`
}

const paragraph = (html: string): string => `<p style="margin:0 0 16px">${html}</p>`

const row = ({ label, value }: { label: string; value: string }): string =>
  `<tr><th scope="row" align="left" valign="top" style="padding:4px 16px 4px 0;font-weight:600">${escaped(label)}</th>` +
  `<td valign="top" style="padding:4px 0">${escaped(value)}</td></tr>`

const BUTTON =
  'display:inline-block;padding:12px 20px;border-radius:8px;background-color:#2c6a4d;color:#ffffff;font-weight:600;text-decoration:none'

const plainLink = (address: string): string =>
  `<a href="${escaped(address)}" style="color:inherit;word-break:break-all">${escaped(address)}</a>`

const closingHtml = (one: Letter['closing'][number]): string =>
  typeof one === 'string' ? escaped(one) : `${escaped(one.words)}<br>\n${plainLink(one.address)}`

/** Text and background are left to the mail program, so that its dark scheme stays readable; only the button has colors. */
function asHtml({ subject, greeting, paragraphs, facts, link, more, closing, signature }: Letter): string {
  const address = escaped(link.address)
  const body = [
    ...[greeting, ...paragraphs].map((text) => paragraph(escaped(text))),
    facts.length > 0 &&
      `<table style="margin:0 0 16px;border-spacing:0">${facts.map(row).join('\n')}</table>`,
    paragraph(`<a href="${address}" style="${BUTTON}">${escaped(link.words)}</a>`),
    paragraph(plainLink(link.address)),
    more && paragraph(`${escaped(more.words)}:<br>\n${plainLink(more.address)}<br>\n${escaped(more.note)}`),
    ...closing.map((one) => paragraph(closingHtml(one))),
    paragraph(signature.map(escaped).join('<br>\n')),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(oneLine(plain(subject)))}</title>
<style>:root { color-scheme: light dark; }</style>
</head>
<body style="margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<div style="max-width:560px;margin:0 auto">
${body.filter(Boolean).join('\n')}
</div>
</body>
</html>
`
}
