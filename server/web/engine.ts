import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import ejs from 'ejs'
import type { Express } from 'express'
import * as words from '../words.ts'

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

const templates = new Map<string, ejs.TemplateFunction>()

function template(views: string, name: string): ejs.TemplateFunction {
  let compiled = templates.get(name)
  if (!compiled) {
    const filename = path.join(views, `${name}.ejs`)
    // "Unsafe" would be locals that end at Object.prototype; ours end at null.
    const options = { filename, rmWhitespace: true, unsafePrototypeLocals: true }
    compiled = ejs.compile(readFileSync(filename, 'utf8'), options)
    templates.set(name, compiled)
  }
  return compiled
}

type Locals = Record<string, unknown>

/**
 * A part sees what its page sees, and what it is given. `include` is ours: at every call, the one of EJS looks for the
 * file on the disk and copies all locals three times.
 */
function draw(views: string, name: string, around: Locals | null, given: Locals = {}): string {
  const locals: Locals = Object.assign(Object.create(around), given)
  // One object below the page's, however deep a part stands: each level more is looked through for every word.
  const below = around ?? locals
  locals.include = (part: string, more?: Locals) =>
    draw(views, part, below, around ? { ...given, ...more } : more)
  return template(views, name)(locals)
}

/**
 * EJS with a layout: the view sets `page.title` and the like, the layout of its kind goes around it. With `isPart` a part
 * is drawn alone, for a script that puts it into its page.
 */
export function useViews(app: Express, views: string, asset: (file: string) => string): void {
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
      const body = draw(views, view, null, locals)
      if (page.layout === 'none' || locals.isPart === true) return done(null, body)
      done(null, draw(views, `layout/${page.layout}`, null, { ...locals, body }))
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
