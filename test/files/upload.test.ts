import assert from 'node:assert/strict'
import sharp from 'sharp'
import { kindOf } from '../../server/files/kinds.ts'
import { fileName, sizeWords } from '../../server/files/names.ts'
import { type Allowed, MOST_BYTES, readUpload } from '../../server/files/upload.ts'
import { bomb, commented, heic, pdf, photo, png, polyglot, svg } from './samples.ts'

const anything: Allowed = { allowed: [], most: MOST_BYTES }

const taken = async (content: Buffer, name = 'x', allowed = anything) => {
  const upload = await readUpload(content, name, allowed)
  assert.ok(upload.ok, upload.ok ? '' : upload.message)
  return upload.file
}
const refused = async (content: Buffer, allowed = anything) => {
  const upload = await readUpload(content, 'photo.jpg', allowed)
  assert.ok(!upload.ok, 'was taken')
  return upload.message
}
/** What colour a dot is, roughly. */
const dot = async (content: Buffer, left: number, top: number) => {
  const { data } = await sharp(content)
    .extract({ left, top, width: 1, height: 1 })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return [...data].map((part) => Math.round(part / 64))
}

describe('a picture that was sent', () => {
  it('is turned upright, and tells nothing of where and with what it was taken', async () => {
    const given = await photo(400, 300)
    const had = await sharp(given).metadata()
    assert.ok(had.exif && had.xmp && had.orientation === 6 && given.includes('planted-maker'))
    const { contentType, content, name } = await taken(given, 'IMG_1.HEIC')
    assert.deepEqual([contentType, name], ['image/jpeg', 'IMG_1.jpg'])
    const has = await sharp(content).metadata()
    assert.deepEqual([has.width, has.height, has.orientation ?? 1], [300, 400, 1])
    for (const part of ['exif', 'xmp', 'iptc', 'icc', 'comments'] as const)
      assert.equal(has[part], undefined, part)
    for (const word of ['planted', 'Exif', 'GPS', 'http'])
      assert.ok(!content.toString('latin1').includes(word), word)
    assert.deepEqual(await dot(content, 295, 5), await dot(given, 5, 5), 'the corner has turned with it')
  })

  it('is at most 2,000 dots a side, and never enlarged', async () => {
    const large = await sharp((await taken(await photo(3000, 1000))).content).metadata()
    assert.deepEqual([large.width, large.height], [667, 2000])
    assert.equal((await sharp((await taken(bomb(7000))).content).metadata()).width, 2000)
    const small = await sharp((await taken(await png(30, 20))).content).metadata()
    assert.deepEqual([small.width, small.height], [30, 20])
  })

  it('is a JPEG on white whatever it was', async () => {
    const plain = sharp(await photo(60, 40))
    for (const made of [plain.clone().webp(), plain.clone().gif(), plain.clone().avif()])
      assert.equal(kindOf((await taken(await made.toBuffer())).content), 'jpeg')
    assert.deepEqual(await dot((await taken(await png())).content, 3, 3), [4, 4, 4])
  })

  it('that is a web page as well is only a picture afterwards', async () => {
    for (const content of [await polyglot(), await commented()]) {
      assert.ok(content.includes('planted-script'))
      const file = await taken(content, 'page.html')
      assert.deepEqual([file.contentType, file.name], ['image/jpeg', 'page.jpg'])
      assert.ok(!/script|html/i.test(file.content.toString('latin1')))
    }
  })

  it('is refused, and not unpacked, when it would be 400 million dots', async () => {
    const content = bomb()
    assert.ok(content.length < 100_000)
    const memory = process.memoryUsage().rss
    assert.match(await refused(content), /more dots than we can read/)
    assert.ok(process.memoryUsage().rss - memory < 100_000_000)
  })

  it('is refused when it is cut off or damaged', async () => {
    const whole = await photo(900, 900)
    for (const part of [0.1, 0.5, 0.9])
      assert.match(
        await refused(whole.subarray(0, Math.floor(whole.length * part))),
        /could not read this picture/,
      )
    const torn = await png(300, 300)
    assert.match(await refused(torn.subarray(0, torn.length - 30)), /could not read this picture/)
    assert.match(await refused(Buffer.concat([whole.subarray(0, 3), Buffer.alloc(500)])), /could not read/)
  })

  it('is refused with a way out when it is HEIC, and never by a crash', async () => {
    assert.match(await refused(heic), /HEIC.*Most Compatible/)
  })

  it('are read one after the other, and all of them', async () => {
    const photos = await Promise.all(Array.from({ length: 6 }, () => photo(500, 500)))
    const files = await Promise.all(photos.map((content) => taken(content)))
    assert.ok(files.every(({ contentType }) => contentType === 'image/jpeg'))
  })
})

describe('a file that was sent', () => {
  it('is judged by what is in it, not by its name', async () => {
    assert.equal((await taken(pdf(), 'photo.jpg')).contentType, 'application/pdf')
    assert.equal((await taken(pdf(), 'photo.jpg')).name, 'photo.pdf')
    assert.match(await refused(Buffer.from('GIF? not at all')), /Please send a photo .* or a PDF here/)
    for (const content of ['<html><body>', 'MZ\x90\0', 'PK\x03\x04', '#!/bin/sh\n', '\0\0\0\0'])
      assert.match(await refused(Buffer.from(content)), /Please send/)
  })

  it('stays as it is when it is a PDF', async () => {
    assert.ok((await taken(pdf())).content.equals(pdf()))
  })

  it('is refused when it is empty, cut off, or too large', async () => {
    assert.match(await refused(Buffer.alloc(0)), /is empty/)
    assert.match(await refused(pdf().subarray(0, 60)), /cut off/)
    assert.match(await refused(Buffer.alloc(MOST_BYTES + 1)), /larger than 10 MB/)
    assert.match(await refused(pdf(), { allowed: [], most: 100 }), /larger than 100 bytes/)
    assert.match(await refused(Buffer.alloc(MOST_BYTES + 1), { allowed: [], most: 99 * MOST_BYTES }), /10 MB/)
  })

  it('is refused when it is an SVG, with or without an XML line before it', async () => {
    for (const content of [svg, Buffer.from('<svg onload="alert(1)"/>'), Buffer.from(`<!-- x -->\n${svg}`)])
      assert.match(await refused(content), /SVG/)
  })

  it('must be one of those that the question takes', async () => {
    const only = (...allowed: string[]) => ({ allowed, most: MOST_BYTES })
    assert.match(
      await refused(pdf(), only('image/jpeg', 'image/png')),
      /^Please send a photo \(JPEG, PNG or WebP\) here\.$/,
    )
    assert.match(await refused(await photo(), only('application/pdf')), /^Please send a PDF here\.$/)
    assert.match(await refused(await photo(), only('text/plain')), /can’t be sent here/)
    assert.ok(await taken(await photo(), 'x', only('image/*')))
    assert.ok(await taken(pdf(), 'x', only('image/*', 'application/pdf')))
  })
})

describe('the name of a file', () => {
  const cases: [given: string, kept: string][] = [
    ['Lab results.PDF', 'Lab results.pdf'],
    ['../../etc/passwd', 'passwd.pdf'],
    ['C:\\Users\\Ana\\scan.1.tiff', 'scan.1.pdf'],
    ['a\r\nSet-Cookie: x.html', 'a Set-Cookie x.pdf'],
    ['', 'document.pdf'],
    ['.pdf', 'document.pdf'],
    ['...', 'document.pdf'],
    ['ärztlich “neu” 検査.pdf', 'ärztlich “neu” 検査.pdf'],
    ['fdp\u202efdp.exe', 'fdp fdp.pdf'],
    ['"<b>|?*.pdf', 'b.pdf'],
  ]
  for (const [given, kept] of cases)
    it(`${JSON.stringify(given)} is kept as ${kept}`, () =>
      assert.equal(fileName(given, 'application/pdf'), kept))

  it('has at most 120 characters', () => {
    const name = fileName('😀'.repeat(400), 'image/jpeg')
    assert.equal([...name].length, 120)
    assert.ok(name.endsWith('.jpg') && name.isWellFormed())
  })

  it('stands beside its size', () => {
    assert.deepEqual([1, 999, 1000, 310_400, 999_499, 999_500, 2_400_000, 10_000_000].map(sizeWords), [
      '1 byte',
      '999 bytes',
      '1 KB',
      '310 KB',
      '999 KB',
      '1 MB',
      '2.4 MB',
      '10 MB',
    ])
  })
})
