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

async function remakeNow(content: Buffer): Promise<Picture> {
  try {
    const picture = sharp(content, { limitInputPixels: false, failOn: 'error', pages: 1 })
    const { width = 0, height = 0 } = await picture.metadata()
    if (width * height > MOST_DOTS) return { ok: false, because: 'tooLarge' }
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
