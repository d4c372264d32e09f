import type { Head } from '../chain.ts'
import type { Fault } from './walk.ts'

const number = (count: number): string => count.toLocaleString('en-US')

/** A head as it is written and read: its number and its hash. */
export const headWords = ({ position, mac }: Head): string => `${position}:${mac.toString('hex')}`

/** @returns undefined when the text is not a head */
export function readHead(text: string): Head | undefined {
  const [, position, mac] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? []
  return position && mac ? { position: Number(position), mac: Buffer.from(mac, 'hex') } : undefined
}

const SAYS = { database: 'the database itself says', outside: 'the head outside says' }

/** A line for whoever runs it, with the number of the entry. */
export function faultWords(fault: Fault): string {
  switch (fault.because) {
    case 'changed':
      return `Entry ${fault.position} is not as it was written: it was changed, or stands in the place of another one.`
    case 'missing':
      return fault.from === fault.to
        ? `Entry ${fault.from} is missing: it was cut out.`
        : `Entries ${fault.from} to ${fault.to} are missing: they were cut out.`
    case 'cut':
      return `The tail is cut off after entry ${fault.after}: ${SAYS[fault.says]} that there are ${number(fault.until)} entries.`
    case 'beyond':
      return `Entries ${fault.after + 1} to ${fault.until} stand behind the end of the chain: nobody here wrote them.`
    case 'otherHead':
      return `The end of the chain is not that of entry ${fault.position}.`
    case 'otherChain':
      return `The head outside belongs to another chain: its entry ${fault.position} is not the one here.`
  }
}
