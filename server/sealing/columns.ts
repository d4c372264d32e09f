/** Where sealed values are kept; `key` is the column that names the row in a value's place. */
export type SealedColumn = { table: string; column: string; key: string }

/** All of them: what is not here is not found by the rotation of keys. A test compares it with the schema. */
export const sealedColumns: readonly SealedColumn[] = [
  { table: 'appointments', column: 'brings_sealed', key: 'id' },
  { table: 'appointments', column: 'link_sealed', key: 'id' },
  { table: 'authenticators', column: 'secret_sealed', key: 'id' },
  { table: 'inquiries', column: 'message_sealed', key: 'id' },
]
