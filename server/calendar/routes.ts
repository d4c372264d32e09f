import { type Request, type Response, Router } from 'express'
import { canCancelAsDietitian, canMark } from '../appointments/states.ts'
import { cancelAppointment, findForDietitian, listHistory, markOutcome } from '../appointments/store.ts'
import { recordReading } from '../audit/store.ts'
import { readDay } from '../availability/query.ts'
import { addDays, localDate, startOfDay } from '../availability/zones.ts'
import type { Deps } from '../deps.ts'
import { findZone } from '../practice/store.ts'
import { openOrSay } from '../sealing/reading.ts'
import { dietitian, insidePath, signedInDietitian } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { isUuid, postedForm, readForm } from '../web/form.ts'
import { attendanceForm } from './forms.ts'
import { chartPage } from './page.ts'
import { isProspective, listDiary, listTimeOff } from './store.ts'
import { mondayOf, weekPage } from './week.ts'

export function calendarRoutes(deps: Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'log'>): Router {
  const { db, clock, jobs } = deps
  const router = Router()

  router.get('/practice/calendar', dietitian, async (req, res) => {
    const now = clock.now()
    const { dietitianId } = signedInDietitian(req)
    const zone = await findZone(db, dietitianId)
    const monday = mondayOf(readDay(req.query.week, 'week') ?? localDate(now, zone))
    const span = { from: startOfDay(monday, zone), to: startOfDay(addDays(monday, 7), zone) }
    const [entries, timeOff] = await Promise.all([
      listDiary(db, dietitianId, span, now),
      listTimeOff(db, dietitianId, span),
    ])
    res.render('calendar/week', { week: weekPage({ monday, zone, entries, timeOff, now }) })
  })

  /** The appointment in the path, when it is this dietitian's. */
  async function find(req: Request) {
    const { dietitianId } = signedInDietitian(req)
    const { id } = req.params
    const appointment = isUuid(id) ? await findForDietitian(db, id, dietitianId) : undefined
    if (!appointment) throw new NotFound()
    return appointment
  }

  async function show(req: Request, res: Response, notice: string | null = null) {
    const appointment = await find(req)
    const { accountId, dietitianId } = signedInDietitian(req)
    await recordReading(db, { accountId, action: 'appointment.read', subjectId: appointment.id }, clock.now())
    const [zone, history, isNew] = await Promise.all([
      findZone(db, dietitianId),
      listHistory(db, appointment.id),
      isProspective(db, appointment.clientId ?? ''),
    ])
    const place = { table: 'appointments', column: 'brings_sealed', row: appointment.id }
    const sealed = appointment.bringsSealed
    const brings = sealed && openOrSay(deps, { place, sealed, accountId })
    const page = chartPage({ appointment, brings, isNew, history, zone, now: clock.now() })
    res.render('calendar/appointment', { appointment: page, notice })
  }

  router.get('/practice/appointments/:id', dietitian, (req, res) => show(req, res))

  router.post('/practice/appointments/:id/cancellation', dietitian, postedForm, async (req, res) => {
    const appointment = await find(req)
    const { accountId, dietitianId } = signedInDietitian(req)
    if (appointment.state !== 'cancelled') {
      if (!canCancelAsDietitian(appointment))
        return show(req, res.status(422), 'This appointment can no longer be cancelled.')
      const by = { role: 'dietitian', accountId } as const
      await cancelAppointment(db, jobs, { id: appointment.id, by, dietitianId }, clock.now())
    }
    res.redirect(303, `/practice/appointments/${appointment.id}`)
  })

  router.post('/practice/appointments/:id/attendance', dietitian, postedForm, async (req, res) => {
    const appointment = await find(req)
    const { accountId, dietitianId } = signedInDietitian(req)
    const read = readForm(attendanceForm, req.body)
    if (!read.ok) return show(req, res.status(422), read.form.errors[0]?.message)
    const { outcome } = read.value
    if (outcome !== appointment.state) {
      const now = clock.now()
      if (!canMark(appointment, outcome, now)) {
        const isOff = appointment.state === 'cancelled'
        const why = isOff
          ? 'It was cancelled. Please look again.'
          : 'This can be said once the appointment has begun.'
        return show(req, res.status(422), why)
      }
      const mark = { id: appointment.id, dietitianId, accountId, from: appointment.state, outcome }
      const answer = await markOutcome(db, mark, now)
      if (answer === 'taken') return show(req, res.status(409), 'Its time has been given to somebody else.')
      if (answer === 'changed')
        return show(req, res.status(409), 'It was changed in the meantime. Please look again.')
    }
    res.redirect(303, insidePath(req.body.returnTo, `/practice/appointments/${appointment.id}`))
  })

  return router
}
