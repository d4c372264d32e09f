// Without JavaScript each day shows blank rows for more hours; with it they come when they are asked for.
const form = document.querySelector('[data-hours]')
const MOST = 8
const USUAL_ENDS = [720, 1020]

for (const day of form?.querySelectorAll('[data-day]') ?? []) {
  const add = day.querySelector('[data-add]')
  const spares = () => [...day.querySelectorAll('[data-spare]')].filter(({ hidden }) => hidden)
  for (const row of day.querySelectorAll('[data-spare]')) row.hidden = true
  add.hidden = spares().length === 0
  add.addEventListener('click', () => {
    const [row, ...others] = spares()
    if (others.length === 0) addBlank(row)
    row.hidden = false
    add.hidden = spares().length === 0
    row.querySelector('select').focus()
  })
}

// The next row that can be shown, numbered on.
function addBlank(row) {
  const next = Number(row.querySelector('select').name.split('-')[1]) + 1
  if (next > MOST) return
  const copy = row.cloneNode(true)
  for (const select of copy.querySelectorAll('select')) {
    select.name = select.name.replace(/-\d+-/, `-${next}-`)
    select.id = `field-${select.name}`
    select.setAttribute('aria-label', select.getAttribute('aria-label').replace(/\d+:/, `${next}:`))
    select.selectedIndex = 0
  }
  row.after(copy)
}

// Who chooses a beginning gets a usual end, which follows it until somebody chooses another; a day set to closed loses
// its end. By the arrow keys one passes through all beginnings before one's own.
const ours = new WeakSet()
form?.addEventListener('change', ({ target }) => {
  if (target.name?.endsWith('-to')) ours.delete(target)
  if (!target.name?.endsWith('-from')) return
  const to = form.elements[target.name.replace(/from$/, 'to')]
  if (target.value === '') to.value = ''
  else if (to.value === '' || ours.has(to)) {
    to.value = USUAL_ENDS.find((end) => end > Number(target.value)) ?? ''
    ours.add(to)
  }
})
