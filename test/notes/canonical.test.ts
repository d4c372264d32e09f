import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import {
  type AddendumDocument,
  canonicalText,
  digestOf,
  type NoteDocument,
  readSigned,
} from '../../server/notes/canonical.ts'
import { whole } from './written.ts'

const note: NoteDocument = {
  format: 'flora-note/1',
  id: '11111111-1111-4111-8111-111111111111',
  client: { id: '22222222-2222-4222-8222-222222222222', name: 'Ana Ruiz' },
  appointment: {
    id: '33333333-3333-4333-8333-333333333333',
    startsAt: '2026-03-03T14:00:00.000Z',
    type: 'First talk',
  },
  content: { ...whole, assessment: 'Tab\there, "quotes", ünïcode 🌿,\nand a line.' },
  begunAt: '2026-03-03T14:10:00.000Z',
  signedAt: '2026-03-03T15:00:00.000Z',
  signer: { account: '44444444-4444-4444-8444-444444444444', name: 'Robin Vale', credentials: 'RD' },
}

describe('the canonical form of a note', () => {
  it('is this text, byte for byte: whoever changes it breaks every signature there is', () => {
    const text =
      '{"appointment":{"id":"33333333-3333-4333-8333-333333333333","startsAt":"2026-03-03T14:00:00.000Z","type":"First talk"},' +
      '"begunAt":"2026-03-03T14:10:00.000Z","client":{"id":"22222222-2222-4222-8222-222222222222","name":"Ana Ruiz"},' +
      '"content":{"assessment":"Tab\\there, \\"quotes\\", ünïcode 🌿,\\nand a line.","intervention":"Oats at breakfast.",' +
      '"monitoring":"Fiber in grams, in two weeks.","noProblem":false,"problems":[{"problem":"Low fiber intake",' +
      '"relatedTo":"few whole grains","shownBy":"9 g a day"}]},"format":"flora-note/1",' +
      '"id":"11111111-1111-4111-8111-111111111111","signedAt":"2026-03-03T15:00:00.000Z",' +
      '"signer":{"account":"44444444-4444-4444-8444-444444444444","credentials":"RD","name":"Robin Vale"}}'
    assert.equal(canonicalText(note), text)
    const sha256 = createHash('sha256').update(Buffer.from(text, 'utf8')).digest('hex')
    assert.equal(digestOf(text).toString('hex'), sha256)
  })

  it('does not depend on the order in which the properties came, at any depth', () => {
    const turned = JSON.parse(JSON.stringify(note), (_key, value) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    )
    assert.equal(canonicalText(turned), canonicalText(note))
  })

  it('reads back as it was written, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (one, other) => {
        const typed = { ...note, content: { ...whole, assessment: one, monitoring: other } }
        const text = canonicalText(typed)
        assert.deepEqual(readSigned<NoteDocument>(text, digestOf(text)), typed)
      }),
    )
  })

  it('of another text has another digest: a text that does not fit is not read', () => {
    const text = canonicalText(note)
    for (const other of [`${text} `, text.replace('9 g', '8 g'), text.replace('RD', 'RN'), '{}', ''])
      assert.equal(readSigned(other, digestOf(text)), undefined)
  })

  it('of an addendum names its note and the addendum before it', () => {
    const addendum: AddendumDocument = {
      format: 'flora-addendum/1',
      id: note.id,
      note: { id: note.id, sha256: 'aa' },
      number: 2,
      previousSha256: 'bb',
      client: note.client,
      content: { reason: 'A slip', text: '19 g' },
      begunAt: note.begunAt,
      signedAt: note.signedAt,
      signer: note.signer,
    }
    assert.equal(
      canonicalText(addendum),
      '{"begunAt":"2026-03-03T14:10:00.000Z","client":{"id":"22222222-2222-4222-8222-222222222222","name":"Ana Ruiz"},' +
        '"content":{"reason":"A slip","text":"19 g"},"format":"flora-addendum/1",' +
        '"id":"11111111-1111-4111-8111-111111111111","note":{"id":"11111111-1111-4111-8111-111111111111","sha256":"aa"},' +
        '"number":2,"previousSha256":"bb","signedAt":"2026-03-03T15:00:00.000Z",' +
        '"signer":{"account":"44444444-4444-4444-8444-444444444444","credentials":"RD","name":"Robin Vale"}}',
    )
  })
})
