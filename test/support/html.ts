import { DomUtils, parseDocument } from 'htmlparser2'

export type Tree = ReturnType<typeof parseDocument>
export type Node = Tree['children'][number]
export type Element = Extract<Node, { attribs: Record<string, string> }>

/** Reads HTML into a tree; what is asked of it below is what a person or a screen reader would meet. */
export const readHtml = (html: string): Tree => parseDocument(html)

export const findAll = (root: Tree | Element, test: (element: Element) => boolean): Element[] =>
  DomUtils.findAll((element) => test(element as Element), root.children) as Element[]

export const byTag = (root: Tree | Element, ...tags: string[]): Element[] =>
  findAll(root, ({ name }) => tags.includes(name))

export const byId = (root: Tree | Element, id: string): Element | undefined =>
  findAll(root, ({ attribs }) => attribs.id === id)[0]

export const ancestor = (element: Element, tag: string): Element | undefined => {
  for (let at = element.parent as Element | null; at; at = at.parent as Element | null) {
    if (at.name === tag) return at
  }
  return undefined
}

const UNSEEN = new Set(['script', 'style', 'template', 'head', 'svg'])
const BLOCK = /^(p|div|li|ul|ol|h[1-6]|section|article|form|fieldset|legend|label|dt|dd|dl|br|button|option)$/

function words(node: Node | Tree): string {
  if (node.type === 'text') return node.data
  if (!('children' in node)) return ''
  const { name, attribs } = node as Element
  if (attribs && (UNSEEN.has(name) || attribs['aria-hidden'] === 'true' || 'hidden' in attribs)) return ''
  const inside = node.children.map(words).join('')
  return name && BLOCK.test(name) ? `${inside} ` : inside
}

/** What a screen reader would read out, spaces joined. */
export const textOf = (node: Node | Tree): string => words(node).replace(/\s+/g, ' ').trim()

/** The name under which a link or a button is announced. */
export const nameOf = (element: Element): string => element.attribs['aria-label'] ?? textOf(element)

export const controlsOf = (form: Tree | Element): Element[] => byTag(form, 'input', 'select', 'textarea')

const isTicked = ({ attribs }: Element) => 'checked' in attribs

/** What a control would send, or undefined when it would send nothing. */
export function sentBy(control: Element): string | undefined {
  const { type = 'text', value } = control.attribs
  if ('disabled' in control.attribs) return undefined
  if (control.name === 'textarea') return raw(control)
  if (control.name === 'select') {
    const options = byTag(control, 'option')
    const chosen = options.find(({ attribs }) => 'selected' in attribs) ?? options[0]
    return chosen && (chosen.attribs.value ?? textOf(chosen))
  }
  if (type === 'radio' || type === 'checkbox') return isTicked(control) ? (value ?? 'on') : undefined
  return ['submit', 'button', 'reset'].includes(type) ? undefined : (value ?? '')
}

/** The text of a textarea: the parser leaves its entities alone, and the line end right after its tag is not part of it. */
function raw(element: Element): string {
  const source = DomUtils.textContent(element).replaceAll('<', '&lt;')
  return DomUtils.textContent(readHtml(source)).replace(/^\r?\n/, '')
}

/** The label of a control: its own, the one around it, or what the fieldset asks. */
export function labelOf(tree: Tree, control: Element): string {
  const { id, 'aria-label': said } = control.attribs
  const label = byTag(tree, 'label').find(({ attribs }) => id !== undefined && attribs.for === id)
  const around = label ?? ancestor(control, 'label')
  return said ?? (around ? textOf(around) : '')
}

/** What stands beside a control as its message, by aria-describedby; hints have no "Error:" before them. */
export function messageFor(tree: Tree, control: Element): string | undefined {
  const fieldset = ancestor(control, 'fieldset')
  const ids = [control, fieldset].flatMap((one) => one?.attribs['aria-describedby']?.split(' ') ?? [])
  const told = ids.map((id) => byId(tree, id)).flatMap((one) => (one ? [textOf(one)] : []))
  return told.find((text) => text.startsWith('Error:'))?.replace(/^Error:\s*/, '')
}
