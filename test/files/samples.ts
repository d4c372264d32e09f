import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'

/** Files as people send them, good and bad; made here, so that none is kept in the tree. */

/** A photo with an orientation, a maker, a place and an hour in it. */
export async function photo(width = 400, height = 300): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#c08060' } })
    .composite([
      { input: { create: { width: 40, height: 40, channels: 3, background: '#2040ff' } }, left: 0, top: 0 },
    ])
    .withExif({
      IFD0: { Make: 'planted-maker' },
      IFD3: {
        GPSLatitudeRef: 'N',
        GPSLatitude: '39/1 46/1 6/1',
        GPSLongitudeRef: 'W',
        GPSLongitude: '86/1 9/1 29/1',
      },
    })
    .withMetadata({ orientation: 6 })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">planted-xmp</x:xmpmeta>')
    .jpeg()
    .toBuffer()
}

export const png = (width = 30, height = 20): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .png()
    .toBuffer()

const HTML = '<html><script>alert("planted-script")</script></html>'

/** A JPEG that is a web page as well, for whoever believes the end of it. */
export const polyglot = async (): Promise<Buffer> => Buffer.concat([await photo(), Buffer.from(HTML)])

/** The same with the page in a comment of the JPEG, near its beginning. */
export async function commented(): Promise<Buffer> {
  const jpeg = await photo()
  const length = Buffer.alloc(2)
  length.writeUInt16BE(HTML.length + 2)
  return Buffer.concat([
    jpeg.subarray(0, 2),
    Buffer.from([0xff, 0xfe]),
    length,
    Buffer.from(HTML),
    jpeg.subarray(2),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PNG of a few kilobytes that would be 400 million dots, black each of them. */
export function bomb(side = 20_000): Buffer {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(side, 0)
  head.writeUInt32BE(side, 4)
  head[8] = 1 // bit a dot
  const lines = deflateSync(Buffer.alloc((Math.ceil(side / 8) + 1) * side))
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', lines), chunk('IEND', Buffer.alloc(0))])
}

export const svg = Buffer.from(
  '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
)

/** A PDF that wants to run a program when it is opened. */
export const pdf = (body = 'Hello'): Buffer =>
  Buffer.from(
    `%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert("${body}"))>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n`,
  )

/** As a phone makes them that nobody told otherwise; no decoder of ours reads it. */
export const heic = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  Buffer.from('ftypheic\0\0\0\0mif1heic'),
  Buffer.alloc(2000, 7),
])
