import assert from 'node:assert/strict'
import type { Request, Response } from 'express'
import { insidePath } from '../../server/web/access.ts'
import { Forbidden } from '../../server/web/errors.ts'
import { refuseOtherSites } from '../../server/web/origin.ts'

const OWN = 'https://flora.example'

const passes = (method: string, headers: Record<string, string>): boolean => {
  const all: Record<string, string> = { host: 'flora.example', ...headers }
  const request = { method, get: (name: string) => all[name] } as unknown as Request
  let isThrough = false
  try {
    refuseOtherSites(OWN)(request, {} as Response, () => {
      isThrough = true
    })
  } catch (error) {
    assert.ok(error instanceof Forbidden)
  }
  return isThrough
}

describe('a request of another site', () => {
  it('may look at everything', () => {
    for (const method of ['GET', 'HEAD']) assert.ok(passes(method, { 'sec-fetch-site': 'cross-site' }))
  })

  it('may change nothing', () => {
    const table: [headers: Record<string, string>, expected: boolean][] = [
      [{ 'sec-fetch-site': 'same-origin' }, true],
      [{ 'sec-fetch-site': 'none' }, true],
      [{ 'sec-fetch-site': 'same-site' }, false],
      [{ 'sec-fetch-site': 'cross-site' }, false],
      [{ 'sec-fetch-site': 'cross-site', origin: OWN }, false],
      [{ 'sec-fetch-site': 'nonsense' }, false],
      [{ origin: OWN }, true],
      [{ origin: 'http://flora.example' }, true],
      [{ origin: 'https://evil.example' }, false],
      [{ origin: 'https://flora.example.evil.example' }, false],
      [{ origin: 'https://flora.example:8443' }, false],
      [{ origin: 'null' }, false],
      [{ origin: 'nonsense' }, false],
      [{}, true],
    ]
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      for (const [headers, expected] of table)
        assert.equal(passes(method, headers), expected, JSON.stringify(headers))
  })
})

describe('the way back after signing in', () => {
  it('is a path of ours', () => {
    for (const path of ['/', '/practice', '/practice/calendar?week=2026-03-02&x=%20', '/a//b', '/book#x'])
      assert.equal(insidePath(path, '/else'), path)
  })

  it('is never another site, nor anything a browser could take for one', () => {
    const odd = [
      '//evil.example',
      '/\\evil.example',
      '\\/evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      '/\t/evil.example',
      '/\n/evil.example',
      ' /practice',
      '/practice\r\nX: y',
      '/ä',
      'practice',
      '',
      `/${'x'.repeat(500)}`,
      undefined,
      ['/practice'],
      { path: '/' },
    ]
    for (const path of odd) assert.equal(insidePath(path, '/else'), '/else', String(path))
  })
})
