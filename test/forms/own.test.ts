import assert from 'node:assert/strict'
import { Fhir } from 'fhir'
import { FACT_SYSTEM } from '../../server/forms/facts.ts'
import type { Item } from '../../server/forms/fhir.ts'
import { allItems, ownForm, ownSlugs } from './own-forms.ts'

const fhir = new Fhir()
const FORMS = ['check-in', 'gut-check-in', 'intake', 'skin-check-in']
const SCORES = ['gut-score', 'skin-score', 'habits-score']

const forms = new Map(FORMS.map((slug) => [slug, ownForm(slug)]))
const itemsOf = (slug: string): Item[] => allItems(forms.get(slug)?.item)
const itemOf = (slug: string, linkId: string): Item => {
  const found = itemsOf(slug).find((item) => item.linkId === linkId)
  assert.ok(found, `${slug} has no ${linkId}`)
  return found
}
const labels = (item: Item): string[] =>
  (item.answerOption ?? []).map((one) => one.valueCoding?.display ?? '')
const isQuestion = ({ type }: Item) => type !== 'group' && type !== 'display'
const extension = (of: Item, url: string) => of.extension?.find((one) => one.url.endsWith(url))
const intake = (linkId: string) => itemOf('intake', linkId)

describe('the forms that come with Flora', () => {
  it('are four', () => {
    assert.deepEqual(ownSlugs, FORMS)
  })

  for (const [slug, form] of forms) {
    describe(slug, () => {
      it('is valid FHIR R4', () => {
        assert.deepEqual(fhir.validate(form, { errorOnUnexpected: true }).messages, [])
        assert.equal(fhir.validate({ ...form, status: 'ready' }, {}).valid, false)
      })

      it('says what it is, whose words it has and how long it takes', () => {
        assert.equal(form.url, `urn:flora:form:${slug}`)
        assert.match(form.version ?? '', /^\d+\.\d+\.\d+$/)
        assert.match(form.name ?? '', /^[A-Z]([A-Za-z0-9_]){0,254}$/)
        assert.equal(form.status, 'active')
        assert.notEqual(form.title ?? '', '')
        assert.match(form.description ?? '', /minute/)
        assert.match(form.copyright ?? '', /own words; no licensed instrument/)
      })

      it('has each linkId, and each fact, once', () => {
        const links = itemsOf(slug).map(({ linkId }) => linkId)
        assert.equal(new Set(links).size, links.length)
        for (const linkId of links) assert.match(linkId, /^[a-z0-9]+(-[a-z0-9]+)*$/)
        const facts = itemsOf(slug).flatMap(({ code = [] }) =>
          code.filter(({ system }) => system === FACT_SYSTEM),
        )
        assert.equal(new Set(facts.map(({ code }) => code)).size, facts.length)
      })

      it('has a text for everything, and a code and words for each option', () => {
        for (const item of itemsOf(slug)) {
          assert.ok(item.text?.trim(), item.linkId)
          const codes = (item.answerOption ?? []).map(({ valueCoding }) => valueCoding?.code ?? '')
          assert.equal(new Set(codes).size, codes.length, item.linkId)
          for (const code of codes) assert.match(code, /^[A-Za-z0-9_-]+$/)
          assert.ok(labels(item).every(Boolean), item.linkId)
        }
      })

      it('requires nothing without saying why', () => {
        for (const { linkId, item = [] } of itemsOf(slug).filter(({ required }) => required))
          assert.match(item[0]?.text ?? '', /^We need this one/, linkId)
      })

      it('asks neither for weight, nor for calories or the size of the body', () => {
        for (const item of itemsOf(slug).filter(isQuestion))
          assert.doesNotMatch(
            `${item.text} ${labels(item)}`,
            /calorie|\bBMI\b|pounds|kilogram|\bheight\b|waist|clothing size|how much (do|did) you weigh|your weight/i,
          )
      })

      it('asks about conditions only of questions that it has', () => {
        const links = itemsOf(slug).map(({ linkId }) => linkId)
        for (const { enableWhen = [] } of itemsOf(slug))
          for (const { question, answerCoding } of enableWhen) {
            assert.ok(links.includes(question))
            const codes = itemOf(slug, question).answerOption?.map(({ valueCoding }) => valueCoding?.code)
            if (answerCoding) assert.ok(codes?.includes(answerCoding.code), question)
          }
      })
    })
  }
})

describe('the parts that several forms share', () => {
  const shared = [
    'gut-scales',
    'pain-days',
    'stool-form',
    'gut-score',
    'skin-scales',
    'skin-photo',
    'skin-score',
  ]
  const gut = shared.slice(0, 4)
  const skin = shared.slice(4)
  const pairs: [string, string[]][] = [
    ['check-in', [...shared, 'habits', 'habits-score']],
    ['gut-check-in', gut],
    ['skin-check-in', skin],
  ]
  for (const [slug, links] of pairs)
    it(`are the same in the intake and the ${slug}`, () => {
      for (const linkId of links) assert.deepEqual(itemOf(slug, linkId), intake(linkId))
    })

  it('say that scales are no diagnosis', () => {
    for (const group of ['gut-scales', 'skin-scales', 'habits'])
      assert.match(
        intake(group).item?.[0]?.text ?? '',
        /This helps you and your dietitian see change over time\. It is not a diagnosis\.$/,
      )
  })

  it('have eight scales of the gut and six of the skin, from 0 to 10, with words at both ends', () => {
    for (const [group, count] of [
      ['gut-scales', 8],
      ['skin-scales', 6],
    ] as const) {
      const scales = (intake(group).item ?? []).filter(isQuestion)
      assert.equal(scales.length, count)
      for (const scale of scales) {
        assert.equal(scale.type, 'integer')
        assert.equal(extension(scale, '/minValue')?.valueInteger, 0)
        assert.equal(extension(scale, '/maxValue')?.valueInteger, 10)
        const ends = extension(scale, 'urn:flora:ends')?.extension ?? []
        assert.deepEqual(
          ends.map(({ url }) => url),
          ['low', 'high'],
        )
      }
    }
  })

  it('have seven stool forms to be drawn, one of which is chosen', () => {
    const item = intake('stool-form')
    assert.equal(extension(item, 'urn:flora:drawing')?.valueCode, 'stool-forms')
    assert.equal(item.repeats, undefined)
    assert.deepEqual(labels(item), [
      'Separate hard lumps',
      'Lumpy sausage',
      'Sausage with cracks',
      'Smooth, soft sausage',
      'Soft pieces with clear edges',
      'Mushy, ragged pieces',
      'Liquid, no solid pieces',
    ])
    const scores = item.answerOption?.map((one) => one.extension?.[0]?.valueDecimal)
    assert.deepEqual(scores, [1, 2, 3, 4, 5, 6, 7])
  })

  it('have a photo that may be left out', () => {
    const photo = intake('skin-photo')
    assert.equal(photo.type, 'attachment')
    assert.equal(photo.required, undefined)
    assert.equal(extension(photo, '/maxSize')?.valueDecimal, 10)
    assert.match(photo.text ?? '', /optional/)
  })

  it('have six habits of which each can reach 4', () => {
    const best = (item: Item) =>
      Math.max(...(item.answerOption ?? []).map((one) => one.extension?.[0]?.valueDecimal ?? -1))
    const habits = (intake('habits').item ?? []).filter(isQuestion)
    assert.deepEqual(
      habits.map((item) => [item.linkId, best(item)]),
      [
        ['fiber-days', 4],
        ['sugary-times', 4],
        ['fermented-days', 4],
        ['calm-days', 4],
        ['sleep-hours', 2],
        ['same-bedtime', 2],
        ['water-cups', 4],
      ],
    )
  })

  it('calculate their scores and let nobody type them', () => {
    for (const linkId of SCORES) {
      const item = intake(linkId)
      assert.equal(item.type, 'decimal')
      assert.equal(item.readOnly, true)
      assert.equal(
        extension(item, 'sdc-questionnaire-calculatedExpression')?.valueExpression?.language,
        'text/fhirpath',
      )
    }
  })
})

describe('the intake', () => {
  it('has ten sections', () => {
    assert.deepEqual(
      forms.get('intake')?.item?.map(({ linkId, type, text }) => `${type} ${linkId}: ${text}`),
      [
        'group about: About you',
        'group goals: What brings you',
        'group history: Health history',
        'group gut: Your gut now',
        'group signs: Signs we always ask about',
        'group skin: Your skin now',
        'group food: Food and drink',
        'group eating: Eating and you',
        'group supplements: Supplements',
        'group together: How we work together',
      ],
    )
    assert.match(forms.get('intake')?.description ?? '', /12 to 15 minutes/)
  })

  const asked: Record<string, string[]> = {
    about: [
      'name',
      'pronouns',
      'date-of-birth',
      'country',
      'state',
      'occupation',
      'shift-work',
      'emergency-phone',
      'ease',
    ],
    goals: ['main-goals', 'since', 'tried', 'hope'],
    history: [
      ...['conditions', 'allergy-food', 'allergy-reaction', 'surgeries', 'medicine', 'antibiotics'],
      ...['medicine-kinds', 'pregnant', 'tested-celiac', 'gluten-at-test'],
    ],
    gut: [
      'gut-scales',
      'stools-least',
      'stools-most',
      'stool-form',
      'symptom-times',
      'suspect-foods',
      'gut-score',
    ],
    skin: [
      'skin-conditions',
      'skin-where',
      'skin-since',
      'skin-triggers',
      'skin-treatments',
      'skin-scales',
      'flare-together',
    ],
    food: [
      ...['way-of-eating', 'avoided-foods', 'diets-tried', 'diets-story', 'meals', 'usual-day', 'habits'],
      ...['alcohol', 'caffeine', 'cooks', 'food-worry'],
    ],
    eating: ['food-thoughts', 'eating-disorder', 'leaves-out-more'],
    supplements: ['probiotic', 'probiotic-long', 'probiotic-change', 'prebiotics', 'other-supplements'],
    together: ['ready', 'confident', 'obstacles', 'support', 'reach', 'anything-else'],
  }
  for (const [section, links] of Object.entries(asked))
    it(`asks in “${section}” what it should`, () => {
      const inside = allItems(intake(section).item).map(({ linkId }) => linkId)
      for (const linkId of links) assert.ok(inside.includes(linkId), linkId)
    })

  it('offers eight goals, fifteen diagnoses, nine of the skin and twelve regions, and “none” that rules out the rest', () => {
    const none = (item: Item) =>
      (item.answerOption ?? []).flatMap((one) =>
        one.extension?.some(({ url }) => url.endsWith('optionExclusive'))
          ? (one.valueCoding?.code ?? '')
          : [],
      )
    assert.equal(labels(intake('main-goals')).length, 8)
    assert.equal(intake('main-goals').type, 'open-choice')
    assert.equal(labels(intake('conditions')).length, 16)
    assert.deepEqual(none(intake('conditions')), ['none'])
    assert.equal(labels(intake('skin-conditions')).length, 9)
    assert.deepEqual(none(intake('skin-conditions')), ['none'])
    assert.deepEqual(none(intake('right-now')), ['none'])
    assert.equal(extension(intake('skin-where'), 'urn:flora:drawing')?.valueCode, 'body-map')
    assert.equal(intake('skin-where').repeats, true)
    assert.equal(labels(intake('skin-where')).join(', '), REGIONS)
  })

  const REGIONS =
    'Scalp, Forehead, Cheeks, Chin and jaw, Neck, Chest, Back, Arms, Hands, Legs, Feet, Skin folds'

  it('introduces the questions about eating gently', () => {
    const [first] = intake('eating').item ?? []
    assert.equal(first?.type, 'display')
    assert.match(first?.text ?? '', /no wrong answers/)
  })

  it('requires only age and place', () => {
    const required = itemsOf('intake').filter((item) => item.required)
    assert.deepEqual(
      required.map(({ linkId }) => linkId),
      ['date-of-birth', 'country', 'state', 'other-country'],
    )
  })
})

describe('the weekly check-in', () => {
  it('is one page that is filled in with at most 28 answers, of which one is words', () => {
    const questions = itemsOf('check-in').filter((item) => isQuestion(item) && !item.readOnly)
    assert.equal(forms.get('check-in')?.item?.length, 1)
    const taps = questions.filter(({ type }) => type === 'integer' || type === 'choice')
    assert.equal(taps.length, 27)
    assert.deepEqual(
      questions.filter((item) => !taps.includes(item)).map(({ linkId }) => linkId),
      ['skin-photo', 'different'],
    )
    assert.ok(
      ['stress', 'sleep-quality', 'energy'].every((linkId) => taps.some((item) => item.linkId === linkId)),
    )
  })
})
