import http from 'node:http'

/** Requests as a browser sends them, on connections that are kept. */

export type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string; ms: number }

/** Pairs, where a name comes more than once. */
export type Fields = Record<string, string> | [string, string][]

export class Unanswered extends Error {
  readonly ms: number
  constructor(why: string, ms: number) {
    super(why)
    this.ms = ms
  }
}

export type Visitor = {
  get(address: string): Promise<Answer>
  post(address: string, fields: Fields): Promise<Answer>
  leave(): void
}

type Settings = { connections: number; patience?: number; headers?: Record<string, string> }

/** @param settings.patience ms without an answer after which it counts as hanging */
export function visitor({ connections, patience = 15_000, headers = {} }: Settings): Visitor {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections, maxFreeSockets: connections })
  const send = (address: string, method: string, body?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      const fail = (error: Error) =>
        reject(
          new Unanswered((error as NodeJS.ErrnoException).code ?? error.message, performance.now() - began),
        )
      const form = body === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }
      const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }
      const request = http.request(address, { method, agent, headers: { ...headers, ...form, ...length } })
      request.setTimeout(patience, () => request.destroy(new Error('no answer in time')))
      request.once('error', fail)
      request.once('response', (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', fail)
        response.once('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString('utf8'),
            ms: performance.now() - began,
          }),
        )
      })
      request.end(body)
    })
  return {
    get: (address) => send(address, 'GET'),
    post: (address, fields) => send(address, 'POST', new URLSearchParams(fields).toString()),
    leave: () => agent.destroy(),
  }
}

export type Wish = { type: string; slot: string; with?: string }

export const hold = (guest: Visitor, base: string, { type, ...wish }: Wish): Promise<Answer> =>
  guest.post(`${base}/book/${type}/hold`, { ...wish, zone: 'UTC' })

export const confirm = (guest: Visitor, base: string, held: Answer, email: string): Promise<Answer> =>
  guest.post(`${base}${held.headers.location}/appointment`, {
    name: 'Ana Example',
    email,
    place: 'video',
    phone: '',
    brings: 'Bloating after meals',
    reminders: 'yes',
  })

/** "2027-01-05T09:00:00Z", as the buttons of the page say it. */
export const slotAt = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z')
