/** What somebody shows again for who they are, by the beginning of the path they come back to. */
const purposes: [RegExp, string][] = [
  [/^\/practice\/settings\/people\/new\b/, 'you invite somebody'],
  [/^\/practice\/settings\/people\b/, 'you change who works here and what they may do'],
  [/^\/practice\/settings\/security\b/, 'you change how people sign in'],
  [/^\/practice\/clients\/[^/]+\/erasure\b/, 'you delete a client for good'],
  [/\/account\/email\b/, 'you change your e-mail address'],
  [/\/account\/password\b/, 'you change your password'],
]

/** "you invite somebody": goes on from "Before". */
export const whyAgain = (returnTo: string): string =>
  purposes.find(([path]) => path.test(returnTo))?.[1] ?? 'you change how you sign in'
