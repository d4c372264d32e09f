import assert from 'node:assert/strict'
import type { TestApp } from '../support/app.ts'
import type { Visitor } from '../support/page.ts'
import { unzip } from '../support/zip.ts'

export type Resource = { resourceType: string; id: string } & Record<string, unknown>
export type Bundle = { resourceType: string; entry: { fullUrl: string; resource: Resource }[] }

export type Downloaded = {
  parts: Map<string, Buffer>
  bundle: Bundle
  html: string
  /** All that can be read in it: the names of the parts, the page and the bundle. */
  text: string
  of(type: string): Resource[]
}

/** Presses the button that downloads a record, and unpacks what comes. */
export async function download(app: TestApp, visitor: Visitor, path: string): Promise<Downloaded> {
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const answer = await fetch(`${app.baseUrl}${path}`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/x-www-form-urlencoded' },
    body: '',
  })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/zip')
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.match(
    answer.headers.get('content-disposition') ?? '',
    /^attachment; filename="?record-2026-03-03\.zip"?$/,
  )
  const parts = unzip(Buffer.from(await answer.arrayBuffer()))
  const html = String(parts.get('index.html'))
  const json = String(parts.get('bundle.json'))
  const bundle: Bundle = JSON.parse(json)
  return {
    parts,
    bundle,
    html,
    text: [...parts.keys(), html, json].join('\n'),
    of: (type) =>
      bundle.entry.map(({ resource }) => resource).filter(({ resourceType }) => resourceType === type),
  }
}
