// Passkeys: the browser asks the device, and the form carries the answer. Without them the button does not appear.
const hasPasskeys =
  'PublicKeyCredential' in window &&
  'parseCreationOptionsFromJSON' in PublicKeyCredential &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential

async function askDevice(form) {
  const answer = await fetch(form.dataset.passkeyOptions, { method: 'POST', body: new URLSearchParams() })
  if (!answer.ok || !answer.headers.get('content-type')?.includes('json'))
    throw new Error(answer.status === 429 ? 'many' : 'refused')
  const options = await answer.json()
  const credential =
    form.dataset.passkey === 'create'
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        })
  return JSON.stringify(credential.toJSON())
}

function wordsFor(error) {
  if (error.name === 'InvalidStateError') return 'This device has a passkey for your account already.'
  if (error.message === 'many') return 'There were too many tries. Please wait a few minutes.'
  if (error.name === 'NotAllowedError')
    return 'No passkey was used. You can try again, or sign in another way.'
  return 'That did not work. Please load this page again, or sign in another way.'
}

for (const form of document.querySelectorAll('[data-passkey]')) {
  if (!hasPasskeys) continue
  form.hidden = false
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    const say = form.querySelector('[data-passkey-say]')
    const button = form.querySelector('button')
    say.textContent = ''
    button.disabled = true
    try {
      form.elements.response.value = await askDevice(form)
      form.submit()
    } catch (error) {
      say.textContent = wordsFor(error)
      button.disabled = false
    }
  })
}

const missing = document.querySelector('[data-passkey-missing]')
if (missing && !hasPasskeys) missing.hidden = false
