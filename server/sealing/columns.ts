/**
 * Where sealed values are kept; `key` is the column that names the row in a value's place. `batch`: how many of them are
 * sealed anew at once, where they are large.
 */
export type SealedColumn = { table: string; column: string; key: string; batch?: number }

/** All of them: what is not here is not found by the rotation of keys. A test compares it with the schema. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'audit_keys', column: 'key_sealed', key: 'id' },
  { table: 'appointments', column: 'brings_sealed', key: 'id' },
  { table: 'appointments', column: 'link_sealed', key: 'id' },
  { table: 'appointment_changes', column: 'reason_sealed', key: 'id' },
  { table: 'appointment_changes', column: 'message_sealed', key: 'id' },
  { table: 'authenticators', column: 'secret_sealed', key: 'id' },
  { table: 'inquiries', column: 'message_sealed', key: 'id' },
  { table: 'responses', column: 'answers_sealed', key: 'id', batch: 50 },
  { table: 'raised_signs', column: 'sign_sealed', key: 'id' },
  { table: 'raised_signs', column: 'word_sealed', key: 'id' },
  { table: 'notes', column: 'content_sealed', key: 'id', batch: 50 },
  { table: 'note_addenda', column: 'content_sealed', key: 'id', batch: 50 },
  { table: 'note_templates', column: 'content_sealed', key: 'id' },
  { table: 'note_snippets', column: 'text_sealed', key: 'id' },
  { table: 'time_off', column: 'reason_sealed', key: 'id' },
  { table: 'files', column: 'name_sealed', key: 'id' },
  { table: 'files', column: 'content_sealed', key: 'id', batch: 4 },
]
