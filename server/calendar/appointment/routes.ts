import { type Request, type Response, Router } from 'express'
import { countAttendance, markOutcome } from '../../appointments/attendance/store.ts'
import {
  cancelAppointment,
  type HistoryEntry,
  listHistory,
  restoreAppointment,
  wordsPlace,
} from '../../appointments/changes/store.ts'
import {
  canCancelAsDietitian,
  canMark,
  canRestore,
  isMarked,
  meanings,
  type Outcome,
} from '../../appointments/states.ts'
import { findForDietitian, type OwnAppointment } from '../../appointments/store.ts'
import { recordReading } from '../../audit/store.ts'
import { attendanceWords } from '../../chart/head/page.ts'
import type { Deps } from '../../deps.ts'
import { findZone } from '../../practice/store.ts'
import { openOrSay } from '../../sealing/reading.ts'
import { dietitian, insidePath, signedInDietitian } from '../../web/access.ts'
import { NotFound } from '../../web/errors.ts'
import { emptyForm, type Form, isUuid, postedForm, readBase, readForm, refusedForm } from '../../web/form.ts'
import { doneWords } from './done.ts'
import { attendanceForm, cancellationForm } from './forms.ts'
import { chartPage, type OpenedChange } from './page.ts'

const notices = {
  changed: 'It was changed in the meantime. Please look again.',
  moved: 'It was changed in the meantime. This is how it stands now.',
  taken: 'Its time has been given to somebody else.',
  off: 'It was cancelled. Please look again.',
  notOff: 'It is not cancelled. Please look again.',
  notBegun: 'This can be said once the appointment has begun.',
  over: 'A cancellation can be undone for ten minutes, before the appointment would begin. Please book it anew.',
}

/** One appointment of the dietitian's own: how it went, its cancellation, and the undoing of that. */
export function ownAppointmentRoutes(deps: Pick<Deps, 'db' | 'clock' | 'jobs' | 'sealer' | 'log'>): Router {
  const { db, clock } = deps
  const router = Router()

  /** The appointment in the path, when it is this dietitian's. */
  async function find(req: Request): Promise<OwnAppointment> {
    const { dietitianId } = signedInDietitian(req)
    const { id } = req.params
    const appointment = isUuid(id) ? await findForDietitian(db, id, dietitianId) : undefined
    if (!appointment) throw new NotFound()
    return appointment
  }

  type Told = { notice?: string; form?: Form }

  async function show(req: Request, res: Response, { notice, form }: Told = {}) {
    const appointment = await find(req)
    const { accountId, dietitianId } = signedInDietitian(req)
    const { id: subjectId, clientId } = appointment
    const now = clock.now()
    await recordReading(deps, { accountId, action: 'appointment.read', clientId, subjectId }, now)
    const [zone, history, attendance] = await Promise.all([
      findZone(db, dietitianId),
      listHistory(db, appointment.id),
      countAttendance(db, clientId ?? ''),
    ])
    const place = { table: 'appointments', column: 'brings_sealed', row: appointment.id }
    const sealed = appointment.bringsSealed
    const page = chartPage({
      appointment,
      practice: res.locals.practice,
      brings: sealed && openOrSay(deps, { place, sealed, accountId }),
      isNew: attendance.kept === 0,
      attendance: attendanceWords(attendance),
      history: history.map((change) => openChange(change, accountId)),
      zone,
      now,
    })
    const fields = emptyForm({ message: page.cancel?.message ?? '' })
    const said = req.method === 'GET' ? doneWords(req.query.done, appointment, zone) : ''
    res.render('calendar/appointment', { appointment: page, said, notice, form: form ?? fields })
  }

  function openChange(change: HistoryEntry, accountId: string): OpenedChange {
    const { reasonSealed, messageSealed, ...rest } = change
    const open = (column: 'reason_sealed' | 'message_sealed', sealed: Buffer | null) =>
      sealed && openOrSay(deps, { place: wordsPlace(column, change.id), sealed, accountId })
    return {
      ...rest,
      reason: open('reason_sealed', reasonSealed),
      message: open('message_sealed', messageSealed),
    }
  }

  router.get('/practice/appointments/:id', dietitian, (req, res) => show(req, res))

  router.post('/practice/appointments/:id/cancellation', dietitian, postedForm, async (req, res) => {
    const appointment = await find(req)
    const { accountId, dietitianId } = signedInDietitian(req)
    if (appointment.state !== 'cancelled') {
      if (!canCancelAsDietitian(appointment))
        return show(req, res.status(422), { notice: 'This appointment can no longer be cancelled.' })
      const read = readForm(cancellationForm, req.body)
      if (!read.ok) return show(req, res.status(422), { form: read.form })
      const { message, late: isLate } = read.value
      const by = { role: 'dietitian', accountId } as const
      const said = { reason: '', message }
      const sequence = readBase(req.body?.base) ?? appointment.sequence
      const cancellation = { id: appointment.id, sequence, by, dietitianId, isLate, said }
      const isDone = await cancelAppointment(deps, cancellation, clock.now())
      if (!isDone && canCancelAsDietitian(await find(req)))
        return show(req, res.status(409), { form: refusedForm(req.body, 'message', notices.moved) })
    }
    res.redirect(303, `/practice/appointments/${appointment.id}?done=cancelled`)
  })

  router.post('/practice/appointments/:id/restoration', dietitian, postedForm, async (req, res) => {
    const appointment = await find(req)
    const { accountId } = signedInDietitian(req)
    const now = clock.now()
    if (appointment.state === 'cancelled') {
      if (!canRestore(appointment, now)) return show(req, res.status(422), { notice: notices.over })
      const answer = await restoreAppointment(deps, { appointment, accountId }, now)
      if (answer === 'taken') return show(req, res.status(409), { notice: notices.taken })
    }
    res.redirect(303, `/practice/appointments/${appointment.id}?done=restored`)
  })

  router.post('/practice/appointments/:id/attendance', dietitian, postedForm, async (req, res) => {
    const appointment = await find(req)
    const { accountId } = signedInDietitian(req)
    const read = readForm(attendanceForm, req.body)
    if (!read.ok) return show(req, res.status(422), { notice: read.form.errors[0]?.message })
    const { outcome } = read.value
    if (!isMarked(appointment, outcome)) {
      const now = clock.now()
      if (!canMark(appointment, outcome, now)) {
        const why = appointment.state === 'cancelled' ? notices.off : notices[whyNot(outcome)]
        return show(req, res.status(422), { notice: why })
      }
      const answer = await markOutcome(deps, { appointment, accountId, outcome }, now)
      if (answer !== 'marked') return show(req, res.status(409), { notice: notices[answer] })
    }
    res.redirect(303, insidePath(req.body.returnTo, `/practice/appointments/${appointment.id}?done=marked`))
  })

  return router
}

const whyNot = (outcome: Outcome): 'notOff' | 'notBegun' =>
  meanings[outcome].state === 'cancelled' ? 'notOff' : 'notBegun'
