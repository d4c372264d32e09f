/** A name as it stands in an address: "Dana O’Neil, RD" → "dana-o-neil-rd". Never empty. */
export const slugOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '') || 'dietitian'
