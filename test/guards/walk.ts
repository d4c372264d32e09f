import type { Express, RequestHandler } from 'express'
import type { TestApp } from '../support/app.ts'

export type Found = { name: string; first: RequestHandler }

type Layer = { route?: Route; handle: { stack?: Layer[] }; slash: boolean }
type Route = { path: string; stack: { method: string; handle: RequestHandler }[] }

/** Every route of the real program with its first handler; routers hang at the root, so a route's path is its whole path. */
export function walkRoutes(app: TestApp): Found[] {
  const [express] = app.server.listeners('request') as Express[]
  return walk((express as unknown as { router: { stack: Layer[] } }).router.stack)
}

function walk(stack: Layer[]): Found[] {
  return stack.flatMap((layer) => {
    if (layer.route) return routesOf(layer.route)
    if (!layer.handle.stack) return []
    if (!layer.slash) throw new Error('A router hangs below a path: say here how its routes are called')
    return walk(layer.handle.stack)
  })
}

const routesOf = ({ path, stack }: Route): Found[] =>
  [...new Set(stack.map(({ method }) => method))].map((method) => ({
    name: `${method.toUpperCase()} ${path}`,
    first: stack.find((layer) => layer.method === method)?.handle as RequestHandler,
  }))
