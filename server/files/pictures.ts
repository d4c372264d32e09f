import sharp from 'sharp'

// A small machine lives: one picture at a time, on one thread, nothing kept; and of the decoders only those for photos.
sharp.concurrency(1)
sharp.cache(false)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
})

/** The largest cameras of phones make 50 million dots by default. */
const MOST_DOTS = 51_000_000
const MOST_SIDE = 2000
const MOST_SECONDS = 10
const QUALITY = 82

const LOGO_WIDTH = 480
const LOGO_HEIGHT = 160

export type Logo =
  | { ok: true; content: Buffer; width: number; height: number }
  | { ok: false; because: 'tooLarge' | 'unreadable' }

export type Picture = { ok: true; content: Buffer } | { ok: false; because: 'tooLarge' | 'unreadable' }

let last: Promise<unknown> = Promise.resolve()

/** One after the other, whoever comes first. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work)
  last = turn.catch(() => undefined)
  return turn
}

/**
 * Decodes a picture and writes it anew: a JPEG of at most 2,000 dots a side, upright, with nothing in it but what is to
 * be seen. Where it was taken, with what, and whatever else was hidden in the file is gone.
 */
export const remake = (content: Buffer): Promise<Picture> => inTurn(() => remakeNow(content))

async function isTooLarge(content: Buffer): Promise<boolean> {
  const picture = sharp(content, { limitInputPixels: false, failOn: 'error', pages: 1 })
  const { width = 0, height = 0 } = await picture.metadata()
  return width * height > MOST_DOTS
}

async function remakeNow(content: Buffer): Promise<Picture> {
  try {
    if (await isTooLarge(content)) return { ok: false, because: 'tooLarge' }
    const made = await sharp(content, { limitInputPixels: MOST_DOTS, failOn: 'error', pages: 1 })
      .autoOrient()
      .resize({ width: MOST_SIDE, height: MOST_SIDE, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: QUALITY })
      .timeout({ seconds: MOST_SECONDS })
      .toBuffer()
    return { ok: true, content: made }
  } catch {
    return { ok: false, because: 'unreadable' }
  }
}

/** As `remake`, for the head of a page: a PNG that keeps what is see-through, of at most 480 by 160 dots. */
export const remakeLogo = (content: Buffer): Promise<Logo> => inTurn(() => remakeLogoNow(content))

async function remakeLogoNow(content: Buffer): Promise<Logo> {
  try {
    if (await isTooLarge(content)) return { ok: false, because: 'tooLarge' }
    const { data, info } = await sharp(content, {
      limitInputPixels: MOST_DOTS,
      failOn: 'error',
      pages: 1,
    })
      .autoOrient()
      .resize({ width: LOGO_WIDTH, height: LOGO_HEIGHT, fit: 'inside', withoutEnlargement: true })
      .png({ palette: true, quality: 90, effort: 7 })
      .timeout({ seconds: MOST_SECONDS })
      .toBuffer({ resolveWithObject: true })
    return { ok: true, content: data, width: info.width, height: info.height }
  } catch {
    return { ok: false, because: 'unreadable' }
  }
}
