import type { Row } from './table.ts'

const page = (of?: Row['of'], more: Partial<Row> = {}): Row => ({ guard: 'dietitian', ok: 200, of, ...more })
const press = (of: Row['of'], ok = 303, body: Row['body'] = {}): Row => page(of, { ok, body })

const notes = '/practice/notes'
const note = `${notes}/:id`

/** Notes: of a client, one's own drafts, what is signed, and what is shared. */
export const noteTable: Record<string, Row> = {
  'GET /practice/clients/:id/notes': page('client'),
  'POST /practice/clients/:id/notes': press('client'),
  [`GET ${notes}`]: page(),
  [`GET ${notes}/templates`]: page(),
  ...Object.fromEntries(
    (['templates', 'snippets'] as const).flatMap((kind) => {
      const of = kind === 'templates' ? 'template' : 'snippet'
      return [
        [`GET ${notes}/${kind}/new`, page()],
        [`POST ${notes}/${kind}`, page(undefined, { ok: 303, body: { name: 'One', text: 'Two' } })],
        [`GET ${notes}/${kind}/:id`, page(of)],
        [`POST ${notes}/${kind}/:id`, press(of, 422)], // without a name
        [`POST ${notes}/${kind}/:id/removal`, press(of, 409, { base: '7' })],
      ]
    }),
  ),
  [`GET ${note}`]: page('note'),
  [`POST ${note}`]: press('draftNote'),
  [`POST ${note}/discarding`]: press('draftNote'),
  [`GET ${note}/signature`]: page('draftNote'),
  [`POST ${note}/signature`]: press('draftNote', 422), // nothing is written
  [`POST ${note}/signature/passkey/options`]: press('draftNote', 200),
  [`POST ${note}/signature/passkey`]: press('draftNote', 422),
  [`GET ${note}/print`]: page('note'),
  [`GET ${note}/addenda`]: page('note'),
  [`POST ${note}/addenda`]: press('note', 422, { reason: 'x'.repeat(301) }),
  [`POST ${note}/addenda/discarding`]: press('note'),
  [`GET ${note}/addenda/signature`]: page('note', { ok: 303 }), // none is begun
  [`POST ${note}/addenda/signature`]: press('note'),
  [`POST ${note}/addenda/signature/passkey/options`]: press('note', 200),
  [`POST ${note}/addenda/signature/passkey`]: press('note'),
  [`POST ${note}/sharing`]: press('note'),
  [`POST ${note}/unsharing`]: press('note'),
  'GET /my/notes': { guard: 'client', ok: 200 },
  'GET /my/notes/:id': { guard: 'client', ok: 200, of: 'note' },
}
