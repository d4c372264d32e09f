import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SMTPServer } from 'smtp-server'

export type Received = { messageId: string; at: number }

/** A mail server on loopback that writes down who was sent what, and takes its time to say OK. */
export async function startSmtp(slowness: () => number) {
  const received = new Map<string, Received[]>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const messageId = /^Message-ID:\s*(<[^>]+>)/im.exec(Buffer.concat(chunks).toString('utf8'))?.[1] ?? ''
        const at = performance.now()
        for (const { address } of session.envelope.rcptTo)
          received.set(address, [...(received.get(address) ?? []), { messageId, at }])
        await sleep(slowness())
        done()
      })
    },
  })
  // A client that is killed in the middle of a mail is what this bench is about.
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
