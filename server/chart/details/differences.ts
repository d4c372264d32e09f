const labels: Record<string, string> = {
  name: 'Name',
  email: 'E-mail',
  phone: 'Phone',
  zone: 'Time zone',
  pronouns: 'Pronouns',
  born: 'Date of birth',
  dietitian: 'Dietitian',
}

/** Where the details as they are now differ from what was typed. */
export const differences = (
  now: Record<string, string>,
  typed: { value(name: string): string },
  { hasAccount, colleagues }: { hasAccount: boolean; colleagues: { id: string; name: string }[] | null },
): { label: string; now: string; typed: string }[] =>
  Object.entries(labels).flatMap(([name, label]) => {
    if ((name === 'email' && hasAccount) || (name === 'dietitian' && !colleagues)) return []
    const [is = '', was] = [now[name], typed.value(name).trim()]
    const words = (value: string) =>
      name === 'dietitian' ? (colleagues?.find(({ id }) => id === value)?.name ?? '') : value
    return is === was ? [] : [{ label, now: words(is), typed: words(was) }]
  })
