/** What a file is, told by its first bytes: neither its name nor what the browser says of it is believed. */
export type Kind = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic' | 'pdf' | 'svg' | 'unknown'

const pictureKinds = ['jpeg', 'png', 'webp', 'gif', 'avif', 'heic'] as const satisfies Kind[]
type PictureKind = (typeof pictureKinds)[number]

export const isPicture = (kind: Kind): kind is PictureKind => (pictureKinds as readonly Kind[]).includes(kind)

const HEIC_BRANDS = ['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'mif1', 'msf1']

const begins = (content: Buffer, bytes: number[]): boolean => bytes.every((byte, at) => content[at] === byte)
const says = (content: Buffer, at: number, word: string): boolean =>
  content.toString('latin1', at, at + word.length) === word

/** The file formats of JPEG, PNG, WebP, GIF and PDF begin with these bytes; AVIF and HEIC are ISO 23008-12. */
export function kindOf(content: Buffer): Kind {
  if (begins(content, [0xff, 0xd8, 0xff])) return 'jpeg'
  if (begins(content, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png'
  if (says(content, 0, 'RIFF') && says(content, 8, 'WEBP')) return 'webp'
  if (says(content, 0, 'GIF87a') || says(content, 0, 'GIF89a')) return 'gif'
  if (says(content, 4, 'ftyp')) return containerKind(content)
  if (says(content, 0, '%PDF-')) return 'pdf'
  return isSvg(content) ? 'svg' : 'unknown'
}

function containerKind(content: Buffer): Kind {
  const brand = content.toString('latin1', 8, 12)
  if (brand === 'avif' || brand === 'avis') return 'avif'
  return HEIC_BRANDS.includes(brand) ? 'heic' : 'unknown'
}

const LOOKED_AT = 1024

const isSvg = (content: Buffer): boolean => /<svg[\s>]/i.test(content.toString('latin1', 0, LOOKED_AT))

const END_WITHIN = 4096

/** A PDF says at its end that it ends. */
export const isWholePdf = (content: Buffer): boolean =>
  content.subarray(-END_WITHIN).toString('latin1').includes('%%EOF')
