// Searches while one types: the same page is asked for, and its list put in place of this one.
const QUIET = 200
const form = document.querySelector('[data-search]')
const field = form?.elements.namedItem('q')
let timer
let running
let last = field?.value.trim()

const part = (name, within = document) => within.querySelector(`[data-search-${name}]`)

function address() {
  const found = new URL(form.action)
  for (const [name, value] of new FormData(form)) if (value.trim()) found.searchParams.set(name, value.trim())
  return found
}

// The filters keep what is typed, and what is typed keeps the filter.
function show(page, at) {
  for (const name of ['result', 'download']) part(name)?.replaceWith(part(name, page))
  part('status').textContent = part('said').textContent
  history.replaceState(null, '', at)
}

async function search() {
  const at = address()
  running?.abort()
  running = new AbortController()
  const { signal } = running
  try {
    const answer = await fetch(at, { signal, redirect: 'manual' })
    // Signed out, too long, or the server is away: the page that comes by the button says so.
    if (!answer.ok) return answer.type === 'opaqueredirect' ? location.assign(at) : undefined
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    if (!signal.aborted && part('result', page)) show(page, at)
  } catch {
    // Away, or overtaken by the next letter: the button still works.
  }
}

field?.addEventListener('input', () => {
  const typed = field.value.trim()
  if (typed === last) return
  last = typed
  clearTimeout(timer)
  timer = setTimeout(search, QUIET)
})
