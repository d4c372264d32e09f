import assert from 'node:assert/strict'
import { inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50
const LOCAL = 0x04034b50

/** The CRC-32 of ZIP, bit by bit. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}

/**
 * What a zip holds, by path: read from its directory at the end, and each part checked against its length and CRC. It
 * knows nothing of the package that wrote it (APPNOTE 6.3.10, without ZIP64).
 */
export function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  assert.ok(end >= 0 && zip.readUInt32LE(end) === END, 'a zip that is cut off')
  const count = zip.readUInt16LE(end + 10)
  const parts = new Map<string, Buffer>()
  let at = zip.readUInt32LE(end + 16)
  for (let n = 0; n < count; n += 1) {
    assert.equal(zip.readUInt32LE(at), ENTRY)
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const name = zip.subarray(at + 46, at + 46 + nameLength).toString('utf8')
    assert.ok(!parts.has(name), `${name} is in there twice`)
    parts.set(name, contentOf(zip, at, name))
    at += 46 + nameLength + extra + comment
  }
  return parts
}

function contentOf(zip: Buffer, entry: number, name: string): Buffer {
  const method = zip.readUInt16LE(entry + 10)
  const [crc, packed, size, local] = [16, 20, 24, 42].map((offset) => zip.readUInt32LE(entry + offset)) as [
    number,
    number,
    number,
    number,
  ]
  assert.equal(zip.readUInt32LE(local), LOCAL)
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const raw = zip.subarray(from, from + packed)
  const content = method === 8 ? inflateRawSync(raw) : raw
  assert.equal(content.length, size, name)
  assert.equal(crc32(content), crc, name)
  return content
}
