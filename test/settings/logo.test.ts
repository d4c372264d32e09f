import assert from 'node:assert/strict'
import sharp from 'sharp'
import { type TestApp, testApp } from '../support/app.ts'
import { reset } from '../support/database.ts'
import { make } from '../support/make.ts'
import { type Answer, type Visitor, visit } from '../support/page.ts'
import { signedIn } from '../support/people.ts'

/** A picture of one color, half see-through. */
const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 4, background: { r: 40, g: 100, b: 80, alpha: 0.5 } } })

describe('the logo of a practice', () => {
  let app: TestApp
  let world: Awaited<ReturnType<typeof make.world>>
  let desk: Visitor

  beforeEach(async () => {
    app = await testApp()
    world = await make.world(await reset())
    desk = await signedIn(app, world.dietitian)
  })

  async function upload(content: Buffer, who = desk): Promise<Answer> {
    const form = new FormData()
    form.append('logo', new Blob([new Uint8Array(content)]), '../../logo.png')
    const body = new Response(form)
    const headers = {
      'content-type': body.headers.get('content-type') ?? '',
      'sec-fetch-site': 'same-origin',
    }
    return who.send('POST', '/practice/settings/logo', {
      body: new Uint8Array(await body.arrayBuffer()),
      headers,
    })
  }
  const addressIn = async () =>
    (await visit(app).open('/')).html.match(/<img class="brand-logo" src="([^"]+)"/)?.[1]

  it('is written anew, small and see-through, and stands on public pages under an address of its own', async () => {
    assert.equal(await addressIn(), undefined)
    const secret = 'Taken-at-home'
    const large = await picture(2000, 1000)
      .withExif({ IFD0: { Copyright: secret } })
      .png()
      .toBuffer()
    assert.equal((await upload(large)).location, '/practice/settings?done=saved')
    const address = (await addressIn()) ?? ''
    assert.match(address, /^\/logo\/[0-9a-f]{32}\.png$/)
    const answer = await fetch(`${app.baseUrl}${address}`)
    assert.equal(answer.headers.get('content-type'), 'image/png')
    assert.match(answer.headers.get('cache-control') ?? '', /public, max-age=31536000, immutable/)
    const served = Buffer.from(await answer.arrayBuffer())
    const { width, height, hasAlpha, format } = await sharp(served).metadata()
    assert.deepEqual([width, height, hasAlpha, format], [320, 160, true, 'png'])
    assert.ok(!served.includes(secret))
    assert.match((await desk.open('/practice/settings')).html, new RegExp(`src="${address}"`))
    assert.deepEqual(await app.db('audit_entries').pluck('action'), ['settings.changed'])
  })

  it('has another address when it is another, and none once it is removed', async () => {
    await upload(await picture(100, 50).png().toBuffer())
    const first = (await addressIn()) ?? ''
    await upload(await picture(60, 60).jpeg().toBuffer())
    const second = (await addressIn()) ?? ''
    assert.notEqual(second, first)
    assert.equal((await visit(app).send('GET', first)).status, 404)
    await (await desk.open('/practice/settings')).button('Remove the logo')
    assert.equal(await addressIn(), undefined)
    assert.equal((await visit(app).send('GET', second)).status, 404)
  })

  it('is no drawing with a program in it, no page, nothing empty, and of owners alone', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    const png = await picture(10, 10).png().toBuffer()
    for (const content of [svg, '<html>', '', 'GIF89a', png.subarray(0, 40).toString('latin1')]) {
      const answer = await upload(Buffer.from(content, 'latin1'))
      assert.equal(answer.status, 422, content)
      assert.match(answer.body, /can’t read this as a picture|Please choose a picture/)
    }
    const colleague = await signedIn(app, await make.dietitian(app.db, { is_owner: false }))
    assert.equal((await upload(png, colleague)).status, 403)
    assert.equal((await colleague.post('/practice/settings/logo/removal', {})).status, 403)
    assert.equal((await app.db('practice').first('logo')).logo, null)
    for (const wrong of ['x.png', `${'0'.repeat(32)}.png`, `${'0'.repeat(32)}`, '..%2F..%2Fetc'])
      assert.equal((await visit(app).send('GET', `/logo/${wrong}`)).status, 404, wrong)
  })
})
