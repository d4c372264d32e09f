import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Express } from 'express'
import * as words from '../words.ts'
import { aroundOf, compile, type Locals, type Template } from './template.ts'

/** What a view says of itself, for the layout around it. */
export type Page = {
  title: string
  description: string
  layout: 'public' | 'practice' | 'none'
  /** A section of the navigation that this page belongs to. */
  section: string
  noindex: boolean
  /** Modules of public/js, without the ending. */
  scripts: string[]
  /** Files of public/css beside those of the layout, without the ending. */
  styles: string[]
}

const require = createRequire(import.meta.url)
const icons = new Map<string, string>()

/** An icon of lucide as inline SVG, hidden from screen readers: a word always stands beside it. */
function icon(name: string): string {
  let svg = icons.get(name)
  if (svg === undefined) {
    const file = require.resolve(`lucide-static/icons/${name}.svg`)
    svg = readFileSync(file, 'utf8')
      .replace(/<!--.*?-->\s*/s, '')
      .replace(/\s+class="[^"]*"/, '')
      .replace(/\s+xmlns="[^"]*"/, '')
      .replace('<svg', '<svg class="icon" aria-hidden="true" focusable="false"')
      .replace(/\s*\n\s*/g, ' ')
      .trim()
    icons.set(name, svg)
  }
  return svg
}

type Draw = (name: string, locals: Locals) => string

/** A part sees what its page sees, what the parts around it were given, and what it is given itself. */
function drawing(views: string): Draw {
  const templates = new Map<string, Template>()
  const template = (name: string): Template => {
    const known = templates.get(name) ?? compile(path.join(views, `${name}.ejs`))
    templates.set(name, known)
    return known
  }
  return (page, locals) => {
    const around = aroundOf(locals)
    const draw = (name: string, given: Locals): string =>
      template(name)(given, around, (part, more) => draw(part, { ...given, ...more }))
    return draw(page, {})
  }
}

/**
 * EJS with a layout: the view sets `page.title` and the like, the layout of its kind goes around it. With `isPart` a part
 * is drawn alone, for a script that puts it into its page.
 */
export function useViews(app: Express, views: string, asset: (file: string) => string): void {
  const draw = drawing(views)
  app.set('views', views)
  app.set('view engine', 'ejs')
  app.enable('view cache')
  app.engine('ejs', (file, options, done) => {
    try {
      const page: Page = {
        title: '',
        description: '',
        layout: 'public',
        section: '',
        noindex: false,
        scripts: [],
        styles: [],
      }
      const view = path.relative(views, file).slice(0, -'.ejs'.length)
      const locals: Locals = { ...options, page, body: '' }
      const body = draw(view, locals)
      if (page.layout === 'none' || locals.isPart === true) return done(null, body)
      done(null, draw(`layout/${page.layout}`, { ...locals, body }))
    } catch (error) {
      done(error as Error)
    }
  })
  Object.assign(app.locals, {
    ...words,
    icon,
    asset,
    practice: undefined,
    account: undefined,
    form: undefined,
  })
}
