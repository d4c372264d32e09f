/** "2 open warning signs, 1 urgent" */
export function signsWords(signs: number, urgent: number): string {
  const words = `${signs} open ${signs === 1 ? 'warning sign' : 'warning signs'}`
  if (urgent === 0) return words
  return urgent === signs
    ? `${signs} urgent warning ${signs === 1 ? 'sign' : 'signs'}`
    : `${words}, ${urgent} urgent`
}
