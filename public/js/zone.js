// The times were shown for a guessed time zone: ask again for the one this device keeps.
const guess = document.querySelector('[data-zone-guess]')
const found = Intl.DateTimeFormat().resolvedOptions().timeZone

// A zone can have several names; this is the one that this browser says.
function nameHere(zone) {
  try {
    return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    return zone
  }
}

if (guess && found && found !== nameHere(guess.dataset.zoneGuess)) {
  const address = new URL(location.href)
  // Asked once already and still a guess: the server does not know this zone.
  if (!address.searchParams.has('zone')) {
    address.searchParams.set('zone', found)
    location.replace(address)
  }
}
