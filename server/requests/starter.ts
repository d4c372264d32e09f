/** What the types that a practice begins with ask for, by their slugs; everything here is the practice's to change. */
export const startingTypes: { type: string; form: string; againAfterDays: number | null }[] = [
  { type: 'initial-consultation', form: 'intake', againAfterDays: null },
  { type: 'fodmap-review', form: 'check-in', againAfterDays: 3 },
  { type: 'follow-up', form: 'check-in', againAfterDays: 3 },
]
