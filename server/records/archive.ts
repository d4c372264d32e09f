import { Readable } from 'node:stream'
import { ZipFile } from 'yazl'

export type Part = {
  /** Its path inside. */
  path: string
  /** Called when it is its turn. */
  read(): AsyncIterable<string | Buffer>
  /** What is packed already, as a picture is, is not packed again. */
  isPacked?: boolean
}

/**
 * A zip of these parts, written while it is read: only what is on its way stands in memory.
 */
export function zipped(parts: Part[], mtime: Date): Readable {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  // A part that fails leaves a zip without an end, which nobody takes for a whole one.
  const fail = (error: Error) => out.destroy(error)
  zip.on('error', fail)
  for (const { path, read, isPacked = false } of parts)
    zip.addReadStreamLazy(path, { mtime, compress: !isPacked }, (done) => {
      const part = Readable.from(read(), { objectMode: false, highWaterMark: 65_536 })
      // The package listens to no error of what it packs.
      part.on('error', fail)
      out.once('close', () => part.destroy())
      done(null, part)
    })
  zip.end()
  return out
}
