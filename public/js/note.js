import { keepSaved } from './saving.js'

// A note is saved while it is written, and snippets go where the cursor was last.
const form = document.querySelector('[data-note]')
if (form?.matches('[data-saving]')) keepSaved(form, () => {})

let place = form?.querySelector('textarea')
form?.addEventListener('focusin', ({ target }) => {
  if (target.matches('textarea')) place = target
})

function insert(text) {
  const { selectionStart: from, selectionEnd: to, value } = place
  const before = from > 0 && !/\s$/.test(value.slice(0, from)) ? ' ' : ''
  const after = to < value.length && !/^\s/.test(value.slice(to)) ? ' ' : ''
  const whole = `${before}${text}${after}`
  if (value.length - (to - from) + whole.length > (place.maxLength < 0 ? Infinity : place.maxLength)) return
  place.closest('details')?.setAttribute('open', '')
  place.setRangeText(whole, from, to, 'end')
  place.dispatchEvent(new Event('input', { bubbles: true }))
  place.focus()
}

for (const button of document.querySelectorAll('[data-snippet]')) {
  button.hidden = false
  button.addEventListener('click', () => insert(document.getElementById(button.dataset.snippet).textContent))
}
const hint = document.querySelector('[data-snippet-hint]')
if (hint) hint.textContent = 'Each goes to where you wrote last.'

// A link from the page that says what is missing leads into a part that may be closed.
const wanted = location.hash && document.getElementById(location.hash.slice(1))
if (wanted && form?.contains(wanted)) {
  wanted.closest('details')?.setAttribute('open', '')
  wanted.focus()
}
