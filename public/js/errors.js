// The form came back with messages: start at their summary, and let each of its links lead into the field.
const summary = document.querySelector('[data-errors]')

summary?.focus()
summary?.addEventListener('click', (event) => {
  const link = event.target.closest('a')
  const field = link && document.getElementById(link.hash.slice(1))
  if (!field) return
  event.preventDefault()
  field.focus({ preventScroll: true })
  field.closest('.field, .option, .question')?.scrollIntoView({ block: 'center' })
})
