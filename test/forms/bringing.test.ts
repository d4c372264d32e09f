import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Knex } from 'knex'
import type { Questionnaire } from '../../server/forms/fhir.ts'
import { bringOwnForms } from '../../server/forms/own/store.ts'
import { findCurrentForm, findDefinitionText, insertForm, insertVersion } from '../../server/forms/store.ts'
import { reset } from '../support/database.ts'
import { NOW } from '../support/fixed.ts'

const own = path.join(import.meta.dirname, '../../server/forms/own')
const files = readdirSync(own).filter((file) => file.endsWith('.json'))
const definitionIn = (file: string): Questionnaire => JSON.parse(readFileSync(path.join(own, file), 'utf8'))

describe('the forms that come with Flora', () => {
  let db: Knex

  beforeEach(async () => {
    db = await reset()
  })

  const skin = definitionIn('skin-check-in.json')
  const url = skin.url as string

  const publish = async (slug: string, at: string, version: string) => {
    const formId = (await insertForm(db, { slug, url: at }, NOW)) as string
    const text = JSON.stringify({ ...skin, url: at, version })
    await insertVersion(db, { formId, version, title: 'Ours', text, origin: 'imported' }, NOW)
    return formId
  }

  it('are there after a start, as they stand in their files, and once, however many processes start', async () => {
    await Promise.all([1, 2, 3].map(() => bringOwnForms(db, NOW)))
    await bringOwnForms(db, NOW)
    assert.equal((await db('form_versions')).length, files.length)
    for (const file of files) {
      const form = await findCurrentForm(db, file.replace('.json', ''))
      assert.deepEqual(form?.definition, definitionIn(file))
      assert.equal(form?.origin, 'own')
      assert.equal(await findDefinitionText(db, form?.id ?? ''), readFileSync(path.join(own, file), 'utf8'))
    }
  })

  it('come in a new version when there is one, after the older', async () => {
    await bringOwnForms(db, NOW)
    await db.raw('alter table form_versions disable trigger form_versions_immutable')
    await db('form_versions').update({ version: '0.9' })
    await db.raw('alter table form_versions enable trigger form_versions_immutable')
    await bringOwnForms(db, NOW)
    const form = await findCurrentForm(db, 'skin-check-in')
    assert.deepEqual([form?.number, form?.version], [2, skin.version])
    assert.equal((await db('form_versions')).length, 2 * files.length)
  })

  it('leave alone one that the practice has made its own', async () => {
    await publish('skin', url, '0.9')
    await bringOwnForms(db, NOW)
    const form = await findCurrentForm(db, 'skin')
    assert.deepEqual([form?.version, form?.title], ['0.9', 'Ours'])
    assert.equal(await findCurrentForm(db, 'skin-check-in'), undefined)
  })

  it('find another short name when theirs is taken', async () => {
    await publish('skin-check-in', 'urn:example:other', '1')
    await bringOwnForms(db, NOW)
    assert.equal((await findCurrentForm(db, 'skin-check-in'))?.title, 'Ours')
    assert.equal((await findCurrentForm(db, 'flora-skin-check-in'))?.url, url)
  })

  it('and all published ones can’t be changed, neither in the database nor by what was read', async () => {
    await bringOwnForms(db, NOW)
    const form = await findCurrentForm(db, 'skin-check-in')
    await assert.rejects(db('form_versions').update({ title: 'Other' }), /never changed/)
    assert.throws(() => {
      ;(form?.definition as Questionnaire).title = 'Other'
    }, TypeError)
    assert.equal((await findCurrentForm(db, 'skin-check-in'))?.definition, form?.definition)
  })
})
