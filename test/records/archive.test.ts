import assert from 'node:assert/strict'
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { zipped } from '../../server/records/archive.ts'
import { NOW } from '../support/fixed.ts'
import { unzip } from '../support/zip.ts'

const at = new Date(NOW)
const MEGABYTE = 1_000_000

describe('the archive of a record', () => {
  it('holds its parts as they are, packed or not, empty ones too', async () => {
    const long = 'äöü "<>" '.repeat(50_000)
    const parts = [
      {
        path: 'a.txt',
        read: async function* () {
          yield long
          yield ''
          yield long
        },
      },
      {
        path: 'files/b.jpg',
        isPacked: true,
        read: async function* () {
          yield Buffer.alloc(MEGABYTE, 7)
        },
      },
      { path: 'empty', read: async function* () {} },
    ]
    const found = unzip(await buffer(zipped(parts, at)))
    assert.equal(String(found.get('a.txt')), long + long)
    assert.deepEqual(found.get('files/b.jpg'), Buffer.alloc(MEGABYTE, 7))
    assert.equal(found.get('empty')?.length, 0)
  })

  it('reads on only as fast as somebody takes it', async () => {
    let read = 0
    let open = 0
    const part = (path: string) => ({
      path,
      isPacked: true,
      async *read() {
        open += 1
        for (let n = 0; n < 20; n += 1) {
          read += MEGABYTE
          yield Buffer.alloc(MEGABYTE)
        }
        open -= 1
      },
    })
    let taken = 0
    for await (const chunk of zipped(['a', 'b', 'c'].map(part), at)) {
      taken += (chunk as Buffer).length
      assert.ok(read - taken <= 8 * MEGABYTE, `${read - taken} bytes wait`)
      assert.ok(open <= 1)
    }
    assert.equal(read, 60 * MEGABYTE)
  })

  it('ends in an error when a part does, at its beginning or later', async () => {
    for (const before of [0, 3]) {
      const broken = {
        path: 'a',
        async *read() {
          for (let n = 0; n < before; n += 1) yield 'x'
          throw new Error('away')
        },
      }
      await assert.rejects(buffer(zipped([broken], at)), /away/)
    }
  })

  it('lets go of what it reads when nobody takes it any more', async () => {
    let isLetGo = false
    const part = {
      path: 'a',
      isPacked: true,
      async *read() {
        try {
          for (;;) yield Buffer.alloc(MEGABYTE)
        } finally {
          isLetGo = true
        }
      },
    }
    const zip = zipped([part], at)
    await once(zip, 'readable')
    zip.destroy()
    await once(zip, 'close')
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    assert.ok(isLetGo)
  })
})
