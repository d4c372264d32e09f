import assert from 'node:assert/strict'
import fc from 'fast-check'
import { z } from 'zod'
import {
  choice,
  email,
  isSlug,
  isUuid,
  line,
  lines,
  phone,
  readForm,
  readPage,
  tick,
} from '../../server/web/form.ts'

const form = z.object({
  name: line({ most: 10, label: 'The name', required: 'Please give a name.' }),
  email: email('Please give an address.'),
  phone: phone({ most: 40, label: 'The number' }),
  text: lines({ most: 20, label: 'The text' }),
  place: choice(['here', 'there'], 'Please choose a place.'),
  agreed: tick,
})

const right = { name: 'Ana', email: 'ana@example.com', phone: '', text: '', place: 'here' }

const read = (given: object) => readForm(form, { ...right, ...given })
const errorOf = (given: object, name: string) => {
  const answer = read(given)
  return answer.ok ? undefined : answer.form.errorFor(name)
}

describe('a posted form', () => {
  it('is trimmed, and one line end is like another', () => {
    const answer = read({ name: '  Zoe\u0301 ', text: 'a\r\nb\rc\n' })
    assert.ok(answer.ok)
    assert.deepEqual([answer.value.name, answer.value.text], ['Zoé', 'a\nb\nc'])
  })

  it('gives its messages in the order of the page, one a field, and all that was typed', () => {
    const answer = readForm(form, { place: 'nowhere', email: 'x', name: '', other: '<b>' })
    assert.ok(!answer.ok)
    assert.deepEqual(
      answer.form.errors.map(({ name }) => name),
      ['name', 'email', 'place'],
    )
    assert.deepEqual(['place', 'email', 'other', 'phone', 'toString', '__proto__'].map(answer.form.value), [
      'nowhere',
      'x',
      '<b>',
      '',
      '',
      '',
    ])
  })

  it('takes the last of a field that came twice', () => {
    const answer = read({ name: ['Ben', 'Ana'], place: ['nowhere', 'there'], agreed: ['no', 'yes'] })
    assert.ok(answer.ok)
    assert.deepEqual([answer.value.name, answer.value.place, answer.value.agreed], ['Ana', 'there', true])
  })

  it('is read when it is nothing at all', () => {
    for (const body of [undefined, null, {}, Object.create(null)])
      assert.equal(readForm(form, body).ok, false)
  })

  it('counts characters as the browser’s maxlength does, after trimming', () => {
    assert.equal(errorOf({ name: ` ${'x'.repeat(10)} ` }, 'name'), undefined)
    assert.match(errorOf({ name: 'x'.repeat(11) }, 'name') ?? '', /at most 10 characters/)
    assert.match(errorOf({ name: '🌿'.repeat(6) }, 'name') ?? '', /at most 10 characters/)
  })

  it('lets no control character into a line, and only tabs and line ends into a text', () => {
    for (const odd of ['\0', '\u0007', '\u001b', '\u007f', '\u0085', '\ufffd']) {
      assert.match(errorOf({ name: `a${odd}b` }, 'name') ?? '', /can’t read/)
      assert.match(errorOf({ text: `a${odd}b` }, 'text') ?? '', /can’t read/)
    }
    for (const end of ['\n', '\r', '\u2028', '\t'])
      assert.match(errorOf({ name: `a${end}b` }, 'name') ?? '', /can’t read/)
    assert.equal(errorOf({ text: 'a\tb\nc' }, 'text'), undefined)
  })

  it('knows an e-mail address from a slip, and lets nothing through that a mail header could break on', () => {
    const good = [
      'a@b.co',
      'ana.ruiz+flora@mail.example.org',
      'o’hara@example.com',
      'ana@exämple.com',
      'ANA@EXAMPLE.COM',
    ]
    for (const address of good) assert.equal(errorOf({ email: address }, 'email'), undefined, address)
    const bad = [
      'ana',
      'ana@',
      '@b.co',
      'ana@b',
      'a b@c.de',
      'a@b.c',
      'a@b..de',
      'a@b.co,c@d.ee',
      '"a"@b.co',
      '<a@b.co>',
      'a@b@c.de',
      'a;b@c.de',
    ]
    for (const address of bad) assert.notEqual(errorOf({ email: address }, 'email'), undefined, address)
    assert.equal(errorOf({ email: '' }, 'email'), 'Please give an address.')
  })

  it('takes phone numbers as people write them', () => {
    for (const number of ['', '+1 317 555 0100', '(317) 555-0100', '0317/5550100', '317.555.0100 x12'])
      assert.equal(errorOf({ phone: number }, 'phone'), undefined, number)
    for (const number of ['call me', '1234', '+', '317-555-0100;ext=1', '<b>'])
      assert.match(errorOf({ phone: number }, 'phone') ?? '', /with digits/, number)
  })

  it('never throws, whatever is posted', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string()), fc.constant(undefined))
    const body = fc.dictionary(
      fc.constantFrom('name', 'email', 'phone', 'text', 'place', 'agreed', '__proto__'),
      anything,
    )
    fc.assert(
      fc.property(body, (posted) => {
        const answer = readForm(form, posted)
        if (answer.ok) return
        assert.ok(answer.form.errors.length > 0)
        for (const { name, message } of answer.form.errors) {
          assert.match(message, /^[A-Z].*\.$/)
          assert.equal(typeof answer.form.value(name), 'string')
        }
      }),
    )
  })
})

describe('what stands in an address', () => {
  it('is an id only in its one spelling', () => {
    const id = '3f2b8c1e-0d4a-4c5b-9e6f-7a8b9c0d1e2f'
    assert.ok(isUuid(id))
    for (const odd of [id.toUpperCase(), `{${id}}`, `${id} `, id.replaceAll('-', ''), '', undefined, [id]])
      assert.ok(!isUuid(odd), String(odd))
  })

  it('is a slug of small letters, digits and single hyphens', () => {
    for (const slug of ['a', 'gut-and-skin', '6-habits']) assert.ok(isSlug(slug), slug)
    for (const odd of ['', 'A', 'a--b', '-a', 'a-', 'a b', 'ä', 'a/b', 'x'.repeat(121), ['a']])
      assert.ok(!isSlug(odd))
  })

  it('is a page from 1 on, or a sentence', () => {
    assert.deepEqual([readPage(undefined), readPage('1'), readPage('12')], [0, 0, 11])
    for (const odd of ['0', '-1', '1.5', '01', 'x', '', '99999', '1e3', ['1']])
      assert.throws(() => readPage(odd), /There is no such page\./)
  })
})
