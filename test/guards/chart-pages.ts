import { make } from '../support/make.ts'
import { at, type Scene, type Shown } from './scene.ts'

const chartOf = ({ client }: Scene) => `/practice/clients/${client.id}`
const acknowledge = (scene: Scene, word: string) =>
  scene.desk.post(`${chartOf(scene)}/signs/${scene.chart.sign}/acknowledgement`, { word })

/** The clients, the chart of one, and what they sent. */
export const chartPages: Shown[] = [
  at('the clients', 'clients/list', '/practice/clients', 'desk'),
  at('more clients', 'clients/list', '/practice/clients?page=2', 'desk'),
  at('clients with warning signs', 'clients/list', '/practice/clients?show=signs', 'desk'),
  at('clients searched for', 'clients/list', '/practice/clients?q=ana', 'desk'),
  at('clients nearly called so', 'clients/list', '/practice/clients?q=annna', 'desk'),
  at('clients searched for in vain', 'clients/list', '/practice/clients?q=qqqqq&show=archived', 'desk'),
  {
    name: 'clients, searched for too long',
    view: 'clients/list',
    kind: 'desk',
    status: 400,
    open: ({ desk }) => desk.open(`/practice/clients?q=${'x'.repeat(10_000)}`),
  },
  at('a new client', 'clients/new', '/practice/clients/new', 'desk'),
  {
    name: 'a new client, refused',
    view: 'clients/new',
    kind: 'desk',
    status: 422,
    open: ({ desk }) => desk.post('/practice/clients', { name: '<', email: '"', zone: '<', born: 'x' }),
  },
  {
    name: 'a new client who is known',
    view: 'clients/new',
    kind: 'desk',
    status: 409,
    open: async ({ db, desk, client }) => {
      const { email } = await db('clients').where({ id: client.id }).first('email')
      return desk.post('/practice/clients', { name: 'A', email, zone: 'UTC' })
    },
  },
  ...(['forms', 'appointments', 'files', 'details', 'summary'] as const).map(
    (page): Shown => ({
      name: `a chart: ${page}`,
      view: `chart/${page}`,
      kind: 'desk',
      open: (scene) => scene.desk.open(`${chartOf(scene)}/${page}`),
    }),
  ),
  ...(['forms', 'appointments', 'files', 'details', 'summary'] as const).map(
    (page): Shown => ({
      name: `a chart with nothing in it: ${page}`,
      view: `chart/${page}`,
      kind: 'desk',
      changes: true,
      open: async ({ db, desk }) => desk.open(`/practice/clients/${(await make.client(db)).id}/${page}`),
    }),
  ),
  {
    name: 'details of a client, refused',
    view: 'chart/details',
    kind: 'desk',
    status: 422,
    open: (scene) =>
      scene.desk.post(`${chartOf(scene)}/details`, { name: '', born: '<', zone: '<', revision: '0' }),
  },
  {
    name: 'details of a client, changed meanwhile',
    view: 'chart/details',
    kind: 'desk',
    status: 409,
    open: (scene) =>
      scene.desk.post(`${chartOf(scene)}/details`, {
        name: '<',
        email: 'a@b.example',
        zone: 'UTC',
        revision: '999',
      }),
  },
  {
    name: 'a chart',
    view: 'chart/client',
    kind: 'desk',
    open: (scene) => scene.desk.open(chartOf(scene)),
  },
  {
    name: 'a chart, further back',
    view: 'chart/client',
    kind: 'desk',
    open: (scene) => scene.desk.open(`${chartOf(scene)}?kind=check-ins&before=1772546400000.v-1`),
  },
  {
    name: 'who saw what of a client',
    view: 'chart/audit',
    kind: 'desk',
    open: (scene) => scene.desk.open(`${chartOf(scene)}/audit`),
  },
  {
    name: 'a chart with nothing in it',
    view: 'chart/client',
    changes: true,
    kind: 'desk',
    open: async ({ db, desk }) => desk.open(`/practice/clients/${(await make.client(db)).id}`),
  },
  {
    name: 'a chart, asking refused',
    view: 'chart/forms',
    kind: 'desk',
    status: 422,
    open: (scene) => scene.desk.post(`${chartOf(scene)}/requests`, { form: '<', due: '"', weeks: 'x' }),
  },
  {
    name: 'a chart, acknowledging refused',
    view: 'chart/client',
    kind: 'desk',
    status: 422,
    open: (scene) => acknowledge(scene, ''),
  },
  {
    name: 'a chart with a sign that was acknowledged already',
    view: 'chart/client',
    changes: true,
    kind: 'desk',
    status: 409,
    async open(scene) {
      await acknowledge(scene, 'Called <them>')
      return acknowledge(scene, 'Called & <called>')
    },
  },
  ...(['first', 'amended', 'broken'] as const).map(
    (which): Shown => ({
      name: `what a client sent, ${which}`,
      view: 'chart/response',
      kind: 'desk',
      open: (scene) => scene.desk.open(`${chartOf(scene)}/responses/${scene.chart[which].id}`),
    }),
  ),
]
