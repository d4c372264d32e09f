import { z } from 'zod'

export type Config = Readonly<{
  production: boolean
  port: number
  host: string
  /** The address in mails, no slash at its end. */
  baseUrl: string
  /** Unset: the Postgres that comes with npm. */
  databaseUrl: string | undefined
  smtpUrl: string | undefined
  mailFrom: string | undefined
  sessionSecret: string | undefined
  sealingKeys: string | undefined
  worker: 'in-process' | 'off' | 'only'
  /** Express's "trust proxy": how many proxies stand in front, or their addresses. */
  trustProxy: number | string | false
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  dataFolder: string
}>

export class ConfigRefusal extends Error {}

const url = (protocols: string[], example: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be an address like ${example}`,
    )

const trustProxy = z
  .string()
  .max(500)
  .transform((text) => (/^\d+$/.test(text) ? Number(text) : text === 'false' ? false : text))
  .refine((value) => value !== 'true', 'must be the number of proxies in front (1) or their addresses')

const schema = z.object({
  NODE_ENV: z.string().optional(),
  PORT: z.coerce.number('must be a port, 0 to 65535').int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  BASE_URL: url(['http:', 'https:'], 'https://example.org')
    .transform((text) => text.replace(/\/+$/, ''))
    .optional(),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/flora').optional(),
  SMTP_URL: url(['smtp:', 'smtps:'], 'smtps://user:password@host:465').optional(),
  MAIL_FROM: z.string().min(3).max(300).optional(),
  SESSION_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  SEALING_KEYS: z
    .string()
    .regex(
      /^[\w-]+:[A-Za-z0-9+/_-]{43}=?(,[\w-]+:[A-Za-z0-9+/_-]{43}=?)*$/,
      'must be id:key[,id:key …], each key 32 bytes in base64',
    )
    .optional(),
  WORKER: z.enum(['in-process', 'off', 'only'], 'must be in-process, off or only').default('in-process'),
  TRUST_PROXY: trustProxy.default(false),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be a level from trace to fatal, or silent',
    )
    .default('info'),
  DATA_FOLDER: z.string().min(1).default('.data'),
})

/** What must be set when the database is not the embedded one, or mails really leave. */
function missing(env: z.infer<typeof schema>): string[] {
  const wants: [boolean, string][] = [
    [
      !!env.DATABASE_URL && !env.SESSION_SECRET,
      'SESSION_SECRET: must be set when DATABASE_URL is (openssl rand -base64 48)',
    ],
    [
      !!env.DATABASE_URL && !env.SEALING_KEYS,
      'SEALING_KEYS: must be set when DATABASE_URL is (k1:$(openssl rand -base64 32))',
    ],
    [
      !!env.BASE_URL?.startsWith('https:') && env.TRUST_PROXY === false,
      'TRUST_PROXY: must be set when BASE_URL is https (1: one proxy in front of us ends the TLS)',
    ],
    [!!env.SMTP_URL && !env.MAIL_FROM, 'MAIL_FROM: must be set when SMTP_URL is'],
    [
      env.NODE_ENV === 'production' && !!env.SMTP_URL && !env.BASE_URL,
      'BASE_URL: must be set in production, mails carry it',
    ],
  ]
  return wants.filter(([lacks]) => lacks).map(([, words]) => words)
}

/**
 * The only reader of the environment. An empty variable counts as unset.
 * @throws {ConfigRefusal} naming all that is wrong at once, a line each
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const read = schema.safeParse(set)
  const wrong = read.success
    ? missing(read.data)
    : read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  if (!read.success || wrong.length > 0) throw new ConfigRefusal(wrong.join('\n'))
  const env = read.data
  return Object.freeze({
    production: env.NODE_ENV === 'production',
    port: env.PORT,
    host: env.HOST,
    baseUrl: env.BASE_URL ?? `http://localhost:${env.PORT}`,
    databaseUrl: env.DATABASE_URL,
    smtpUrl: env.SMTP_URL,
    mailFrom: env.MAIL_FROM,
    sessionSecret: env.SESSION_SECRET,
    sealingKeys: env.SEALING_KEYS,
    worker: env.WORKER,
    trustProxy: env.TRUST_PROXY,
    logLevel: env.LOG_LEVEL,
    dataFolder: env.DATA_FOLDER,
  })
}
