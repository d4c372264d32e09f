// Saves a form while it is filled in: never two saves at once, and "Saved" only when the server said so.
const QUIET = 800
const SLOW = 600
const PATIENCE = 20_000
const LONGEST_WAIT = 30_000
const MOST_KEPT_ALIVE = 60_000

// Whether it was answered before this script was there to hear it.
function isTouched(field) {
  if (field.disabled || !field.matches('.sheet :is(input, textarea, select):not([type=file])')) return false
  if (field.options) {
    const first = Math.max(
      0,
      [...field.options].findLastIndex((option) => option.defaultSelected),
    )
    return field.selectedIndex !== first
  }
  if (field.type === 'radio' || field.type === 'checkbox') return field.checked !== field.defaultChecked
  // A browser leaves out the seconds of a time.
  if (field.type.includes('time')) return !field.defaultValue.startsWith(field.value)
  return field.value !== field.defaultValue
}

export function keepSaved(form, take) {
  const place = (name) => form.querySelector(`[data-${name}]`)
  let isDirty = false
  let lastChanged
  let isLeaving = false
  let isStopped = false
  let failures = 0
  let timer
  let running

  function say(words, isLate = false) {
    const saved = place('saved')
    if (saved.textContent !== words) saved.textContent = words
    saved.classList.toggle('is-late', isLate)
  }

  // Which save of this page it is: one that comes late changes nothing.
  function countTurn() {
    const turn = form.elements.namedItem('turn')
    if (turn) turn.value = Number(turn.value) + 1
  }

  function body() {
    countTurn()
    const fields = new URLSearchParams()
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value)
    fields.set('go', 'stay')
    return fields
  }

  function send(fields, more) {
    const headers = { Accept: 'application/json' }
    const address = form.getAttribute('action') || location.pathname
    return fetch(address, { method: 'POST', body: fields, headers, redirect: 'manual', ...more })
  }

  function wait(delay) {
    clearTimeout(timer)
    timer = setTimeout(save, delay)
  }

  function stop(words, notice) {
    isStopped = true
    say(words, true)
    if (notice) place(notice).hidden = false
  }

  function tryAgain() {
    say('Not saved yet. We keep trying.', true)
    wait(Math.min(LONGEST_WAIT, 1000 * 2 ** ++failures))
  }

  // Beside what was just answered, where it is seen. A screen reader says what is put here: only what is new.
  function advise(html) {
    const advice = document.querySelector('[data-advice]')
    const fresh = new DOMParser().parseFromString(html ?? '', 'text/html').body
    const words = (element) => element.textContent.replace(/\s+/g, ' ').trim()
    if (!advice || html === undefined || words(advice) === words(fresh)) return
    if (words(fresh)) lastChanged?.after(advice)
    setTimeout(() => advice.replaceChildren(...fresh.childNodes), 50)
  }

  async function read(answer) {
    if (answer.type === 'opaqueredirect' || answer.status === 401) return stop('Not saved yet.', 'signed-out')
    if (answer.status === 409) return stop('Not saved yet.', 'conflict')
    if (answer.status === 404 && place('gone')) return stop('Not saved.', 'gone')
    if (answer.status >= 500 || answer.status === 429) return tryAgain()
    if (!answer.ok) return stop('Not saved yet. Please use the button at the end of the page.')
    const said = await answer.json()
    failures = 0
    for (const name of ['base', 'draft']) {
      const field = form.elements.namedItem(name)
      if (field && said[name]) field.value = said[name]
    }
    advise(said.advice)
    take(said)
    say(`Saved ${said.saved}`)
    return true
  }

  async function saveNow() {
    isDirty = false
    const slow = setTimeout(say, SLOW, 'Saving…')
    let isSaved = false
    try {
      isSaved = await read(await send(body(), { signal: AbortSignal.timeout(PATIENCE) }))
    } catch {
      tryAgain()
    }
    clearTimeout(slow)
    if (!isSaved) isDirty = true
    running = undefined
    if (isSaved && isDirty && !isLeaving) wait(0)
  }

  function save() {
    clearTimeout(timer)
    if (!running && isDirty && !isStopped) running = saveNow()
    return running
  }

  function changed(delay) {
    isDirty = true
    isLeaving = false
    // While saving fails, its own waiting goes on.
    if (!running && !isStopped && !failures) wait(delay)
  }

  const wasSignedOut = () => isStopped && !place('signed-out').hidden

  function comeBack() {
    if (wasSignedOut()) {
      isStopped = false
      place('signed-out').hidden = true
    }
    if (isDirty) save()
  }

  form.addEventListener('input', ({ target }) => {
    lastChanged = target.closest('[data-item]')
    if (target.type !== 'file') changed(target.type === 'radio' || target.type === 'checkbox' ? 0 : QUIET)
  })

  form.addEventListener('submit', () => {
    clearTimeout(timer)
    isLeaving = true
    countTurn()
  })

  addEventListener('beforeunload', (event) => {
    if (isDirty && !isLeaving && (isStopped || failures)) event.preventDefault()
  })
  addEventListener('pagehide', () => {
    // What is under way may never arrive.
    if ((!isDirty && !running) || isLeaving || isStopped) return
    const fields = body()
    send(fields, { keepalive: String(fields).length < MOST_KEPT_ALIVE }).catch(() => {})
  })
  // The page as it was left, its base and all, may be old.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload()
  })
  addEventListener('online', comeBack)
  addEventListener('focus', comeBack)
  document.addEventListener('visibilitychange', () => (document.hidden ? save() : comeBack()))

  if ([...form.elements].some(isTouched)) changed(0)
}
