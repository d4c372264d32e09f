import { type Instant, iso } from '../../clock.ts'
import type { Contents } from '../contents/store.ts'
import type { Known } from '../gather/rows.ts'
import { pathsOf, questionnaire, questionnaireResponse, resourcesOfAnswers } from './answers.ts'
import { appointmentResources } from './appointments.ts'
import { askedResources } from './asked.ts'
import { addendumResource, consentResources, noteResource } from './papers.ts'
import { mailResources, type People, peopleOf, peopleResources } from './people.ts'
import type { Resource } from './resource.ts'

/** Every resource of a record, one after the other: what is long is read when it is its turn. */
async function* resourcesOf(known: Known, contents: Contents): AsyncGenerator<Resource> {
  const people = peopleOf(known)
  yield* peopleResources(known, people)
  yield* appointmentResources(known, people)
  for (const version of known.versions) yield questionnaire(version, await contents.definition(version.id))
  const versions = new Map(known.versions.map((version) => [version.id, version]))
  const paths = pathsOf(known)
  for (const row of known.responses) {
    const version = versions.get(row.formVersionId)
    yield questionnaireResponse(row, await contents.answers(row.id), { version, paths, people })
  }
  yield* resourcesOfAnswers(known, people)
  yield* askedResources(known, people)
  yield* consentResources(known, people)
  yield* notesOf(known, contents, people)
  yield* mailResources(known, people)
}

async function* notesOf(known: Known, contents: Contents, people: People): AsyncGenerator<Resource> {
  const there = new Set(known.appointments.map(({ id }) => id))
  for (const note of known.notes)
    yield noteResource(note, await contents.note(note), people, there.has(note.appointmentId ?? ''))
  for (const addendum of known.addenda)
    yield addendumResource(addendum, await contents.addendum(addendum), people)
}

/**
 * A Bundle of type collection (https://hl7.org/fhir/R4/bundle.html) as JSON, piece by piece. Its addresses are below
 * /fhir of the portal; references are relative, and each resolves inside.
 */
export async function* bundleText(
  known: Known,
  contents: Contents,
  { baseUrl, now }: { baseUrl: string; now: Instant },
): AsyncGenerator<string> {
  const head = { resourceType: 'Bundle', type: 'collection', timestamp: iso(now) }
  yield `${JSON.stringify(head).slice(0, -1)},"entry":[`
  let between = '\n'
  for await (const resource of resourcesOf(known, contents)) {
    const fullUrl = `${baseUrl}/fhir/${resource.resourceType}/${resource.id}`
    yield `${between}${JSON.stringify({ fullUrl, resource })}`
    between = ',\n'
  }
  yield '\n]}\n'
}
