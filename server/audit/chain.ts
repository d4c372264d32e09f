import type { KeyObject } from 'node:crypto'
import { createHmac } from 'node:crypto'

/** `operator`: whoever runs the program, by a command. */
export type Role = 'client' | 'dietitian' | 'operator'

/** `at` in microseconds since the epoch, as exactly as the database keeps it. */
export type ChainEntry = {
  position: number
  at: number
  accountId: string | null
  role: string
  action: string
  clientId: string | null
  subjectId: string | null
}

/** Where a chain stands: the number of its last entry, and the hash that stands for all up to it. */
export type Head = { position: number; mac: Buffer }

/** Of a chain that has no entry yet. */
export const START: Head = { position: 0, mac: Buffer.alloc(32) }

/** The bytes that are hashed: a JSON array, in this order for ever. */
export const canonical = (entry: ChainEntry): string =>
  JSON.stringify([
    'flora audit 1',
    entry.position,
    entry.at,
    entry.accountId,
    entry.role,
    entry.action,
    entry.clientId,
    entry.subjectId,
  ])

/** HMAC-SHA256 (RFC 2104) over the hash before and the entry: 32 bytes. */
export const macOf = (key: KeyObject, before: Buffer, entry: ChainEntry): Buffer =>
  createHmac('sha256', key).update(before).update(canonical(entry)).digest()

/** Puts entries at the end of a chain, each with its place and its hash. */
export function chainOn<T extends Omit<ChainEntry, 'position'>>(key: KeyObject, head: Head, entries: T[]) {
  let last = head
  return entries.map((entry) => {
    const placed = { ...entry, position: last.position + 1 }
    const linked = { ...placed, mac: macOf(key, last.mac, placed) }
    last = linked
    return linked
  })
}
