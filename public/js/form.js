import { keepSaved } from './saving.js'

// Questions that depend on others appear at once, and what belongs together stays in step. The server decides all of
// it again.
const sheet = document.querySelector('.sheet')
const items = [...sheet.querySelectorAll('[data-item]')]
const conditions = items.flatMap((item) =>
  item.dataset.when ? [{ item, when: JSON.parse(item.dataset.when) }] : [],
)
const named = new Map()
for (const control of sheet.querySelectorAll('[name]'))
  named.set(control.name, [...(named.get(control.name) ?? []), control])

function answerOf(control) {
  if (control.disabled || control.closest('[data-item][hidden]')) return ''
  if (control.type === 'radio' || control.type === 'checkbox') return control.checked ? control.value : ''
  return control.value.trim()
}

// Undefined: not on this page, so that only the server knows.
function answersTo(field) {
  return named
    .get(field)
    ?.map(answerOf)
    .filter((answer) => answer !== '')
}

const tests = {
  '=': (given, wanted) => given === wanted,
  '>': (given, wanted) => given > wanted,
  '<': (given, wanted) => given < wanted,
  '>=': (given, wanted) => given >= wanted,
  '<=': (given, wanted) => given <= wanted,
}

function isMet({ field, operator, value }) {
  const answers = answersTo(field)
  if (!answers) return undefined
  if (operator === 'exists') return answers.length > 0 === value
  const given = answers.map(typeof value === 'number' ? Number : String)
  const wanted = typeof value === 'number' ? value : String(value)
  if (operator === '!=') return !given.includes(wanted)
  return given.some((answer) => tests[operator](answer, wanted))
}

function isWanted({ any, conditions }) {
  const met = conditions.map(isMet)
  if (met.includes(any)) return any
  return met.includes(undefined) ? undefined : !any
}

function show(item, isShown) {
  if (item.hidden !== isShown) return false
  item.hidden = !isShown
  if (item.matches('fieldset')) item.disabled = !isShown
  item.classList.toggle('is-new', isShown)
  return true
}

// One that appears may bring others; a circle of them must end.
function decide() {
  for (let turn = 0; turn < 20; turn += 1) {
    const changes = conditions.filter(({ item, when }) => show(item, isWanted(when) ?? !item.hidden))
    if (!changes.length) return
  }
}

function take({ shown, calculated = {} }) {
  const names = new Set(shown)
  for (const item of shown ? items.filter((one) => !one.dataset.when) : []) {
    const around = item.parentElement.closest('[data-item]')
    if (!around || names.has(around.dataset.item)) show(item, names.has(item.dataset.item))
  }
  for (const output of sheet.querySelectorAll('[data-calculated]')) {
    const words = calculated[output.dataset.calculated]
    if (words !== undefined) output.value = words || output.dataset.none
  }
  decide()
}

function untick(boxes) {
  for (const box of boxes) box.checked = false
}

function keepInStep({ target }) {
  const group = named.get(target.name) ?? []
  if (target.type === 'checkbox' && target.checked)
    untick(
      group.filter(
        (box) => box !== target && (target.matches('[data-exclusive]') || box.matches('[data-exclusive]')),
      ),
    )
}

// Own words count only where "another answer" is chosen; they come back with it.
function offerOwnWords() {
  for (const field of sheet.querySelectorAll('.other.is-on-choice > .entry')) {
    const choices = named.get(field.name.replace(/^other/, 'a')) ?? []
    field.disabled = !choices.some((one) => one.value === '+other' && one.checked !== false)
  }
}

for (const range of sheet.querySelectorAll('[data-slider]')) {
  const field = document.getElementById(range.dataset.slider)
  const follow = () => {
    if (field.value.trim()) range.value = field.value
    range.classList.toggle('is-unset', !field.value.trim())
    range.setAttribute('aria-valuetext', field.value.trim() || 'no answer yet')
  }
  // Before the event rises to the form, which saves what the field says.
  range.addEventListener('input', () => {
    field.value = range.value
    follow()
  })
  field.addEventListener('input', follow)
  range.hidden = false
  follow()
}

function offerToClear() {
  for (const button of sheet.querySelectorAll('[data-clear]'))
    button.hidden = !named.get(button.dataset.clear)?.some(({ checked, value }) => checked && value !== '')
}

function settle() {
  offerOwnWords()
  decide()
  offerToClear()
}

sheet.addEventListener('click', ({ target }) => {
  const name = target.closest('[data-clear]')?.dataset.clear
  if (!name) return
  const [first, ...rest] = named.get(name)
  untick([first, ...rest])
  first.focus()
  first.dispatchEvent(new Event('input', { bubbles: true }))
})

sheet.addEventListener('input', (event) => {
  keepInStep(event)
  settle()
})
settle()

// A row was added, or a question is to be looked at again: go on there, after the browser itself has gone to its place.
function goOn() {
  const wanted = location.hash && document.getElementById(location.hash.slice(1))
  if (!wanted || !sheet.contains(wanted) || document.querySelector('[data-errors]')) return
  const item = wanted.closest('[data-item]')
  const row = [...item.querySelectorAll(':scope > .rows-asked > .row')].at(-1)
  const typed = item.matches('.question:has(> .more)') ? [...item.querySelectorAll('.entry')].at(-1) : wanted
  ;(row?.querySelector('.entry, .choice-box, .step-box') ?? typed).focus()
}
addEventListener('load', () => setTimeout(goOn))

const form = sheet.closest('form[data-saving]')
if (form) keepSaved(form, take)
