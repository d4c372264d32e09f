// Keeps the words about a hold fresh; says them aloud only once, two minutes before the end, and at the end.
const EVERY = 30_000
let said = ''

function words(left) {
  const minutes = Math.round(left / 60_000)
  if (left <= 0) return 'time is up'
  if (minutes < 1) return 'less than a minute'
  return minutes === 1 ? 'about 1 minute' : `about ${minutes} minutes`
}

function say(hold, text) {
  if (said === text) return
  said = text
  hold.querySelector('[data-hold-say]').textContent = text
}

function refresh() {
  const hold = document.querySelector('[data-hold]')
  const place = hold?.querySelector('[data-hold-left]')
  if (!place) return
  const left = Date.parse(hold.dataset.holdUntil) - Date.now()
  place.textContent = words(left)
  hold.classList.toggle('is-late', left < 130_000)
  if (left <= 0)
    say(hold, 'This time is no longer kept for you. You can still send the form, or choose another time.')
  else if (left < 130_000)
    say(hold, 'We keep this time for you about two more minutes. You can keep it longer.')
}

// Keeping the time longer must not lose what was typed: ask beside the page, and take the new words from the answer.
document.addEventListener('submit', async (event) => {
  const button = event.submitter
  if (!button?.matches('[data-hold-extend]')) return
  event.preventDefault()
  try {
    const answer = await fetch(button.formAction, { method: 'POST', body: new URLSearchParams() })
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    const fresh = page.querySelector('[data-hold]')
    if (!answer.ok || !fresh?.querySelector('[data-hold-left]')) throw new Error('no hold in the answer')
    const hold = document.querySelector('[data-hold]')
    hold.dataset.holdUntil = fresh.dataset.holdUntil
    hold.querySelector('.hold-words').replaceWith(fresh.querySelector('.hold-words'))
    // In the place of the button, which is gone with the focus: there it is seen and read out.
    const told = document.createElement('p')
    Object.assign(told, { tabIndex: -1, className: 'hint', textContent: 'The time is kept longer.' })
    button.replaceWith(told)
    told.focus()
    refresh()
  } catch {
    event.target.action = button.formAction
    event.target.submit()
  }
})

refresh()
setInterval(refresh, EVERY)
