import type { RequestHandler } from 'express'
import { Forbidden } from './errors.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * A form of another site can't act here. Browsers of today say where a request comes from (Sec-Fetch-Site);
 * older ones send Origin with a POST. A client that sends neither is no browser and carries nobody's cookies.
 */
export function refuseOtherSites(baseUrl: string): RequestHandler {
  const own = new URL(baseUrl).origin
  return (req, _res, next) => {
    if (SAFE.has(req.method)) return next()
    const site = req.get('sec-fetch-site')
    if (site) {
      if (site !== 'same-origin' && site !== 'none') throw new Forbidden()
      return next()
    }
    const origin = req.get('origin')
    const isOwn =
      !origin || origin === own || (URL.canParse(origin) && new URL(origin).host === req.get('host'))
    if (!isOwn) throw new Forbidden()
    next()
  }
}
