// Printing needs JavaScript, or the browser's own menu: without it the button stays hidden.
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => window.print())
}
