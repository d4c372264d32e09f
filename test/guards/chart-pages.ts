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
    open: (scene) => scene.desk.open(`${chartOf(scene)}?page=2`),
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
    view: 'chart/client',
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
