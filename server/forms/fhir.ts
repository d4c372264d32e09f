/**
 * The parts of FHIR R4 that forms are made of, in its own words: https://hl7.org/fhir/R4/questionnaire.html and
 * https://hl7.org/fhir/R4/questionnaireresponse.html. Nothing is translated: a definition is a Questionnaire, answers
 * are a QuestionnaireResponse. What Flora does not read is kept all the same.
 */

export type Coding = {
  system?: string
  version?: string
  code?: string
  display?: string
  userSelected?: boolean
  extension?: Extension[]
}

export type Quantity = {
  value?: number
  comparator?: string
  unit?: string
  system?: string
  code?: string
}

export type Attachment = {
  contentType?: string
  url?: string
  data?: string
  title?: string
  size?: number
  hash?: string
  creation?: string
}

/** One of these at a time: the [x] of FHIR. */
export type Value = {
  valueBoolean?: boolean
  valueDecimal?: number
  valueInteger?: number
  valueDate?: string
  valueDateTime?: string
  valueTime?: string
  valueString?: string
  valueUri?: string
  valueCoding?: Coding
  valueQuantity?: Quantity
  valueAttachment?: Attachment
}

export type Extension = Value & {
  url: string
  valueCode?: string
  valueMarkdown?: string
  valueCodeableConcept?: { coding?: Coding[]; text?: string }
  valueExpression?: Expression
  extension?: Extension[]
}

export type Expression = { name?: string; language: string; expression?: string; description?: string }

export type Primitive = { id?: string; extension?: Extension[] }

export type ItemType =
  | 'group'
  | 'display'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'date'
  | 'dateTime'
  | 'time'
  | 'string'
  | 'text'
  | 'url'
  | 'choice'
  | 'open-choice'
  | 'attachment'
  | 'quantity'

export type EnableWhen = {
  question: string
  operator: 'exists' | '=' | '!=' | '>' | '<' | '>=' | '<='
  answerBoolean?: boolean
  answerDecimal?: number
  answerInteger?: number
  answerDate?: string
  answerDateTime?: string
  answerTime?: string
  answerString?: string
  answerCoding?: Coding
  answerQuantity?: Quantity
}

export type AnswerOption = {
  valueInteger?: number
  valueDate?: string
  valueTime?: string
  valueString?: string
  valueCoding?: Coding
  initialSelected?: boolean
  extension?: Extension[]
}

export type Item = {
  linkId: string
  type: ItemType
  text?: string
  _text?: Primitive
  prefix?: string
  code?: Coding[]
  definition?: string
  enableWhen?: EnableWhen[]
  enableBehavior?: 'all' | 'any'
  required?: boolean
  repeats?: boolean
  readOnly?: boolean
  maxLength?: number
  answerValueSet?: string
  answerOption?: AnswerOption[]
  initial?: Value[]
  item?: Item[]
  extension?: Extension[]
  modifierExtension?: Extension[]
}

export type ValueSet = {
  resourceType: 'ValueSet'
  id?: string
  url?: string
  expansion?: { contains?: ValueSetEntry[] }
  compose?: {
    include?: { system?: string; concept?: { code: string; display?: string; extension?: Extension[] }[] }[]
  }
}

export type ValueSetEntry = Coding & { abstract?: boolean; contains?: ValueSetEntry[] }

export type Questionnaire = {
  resourceType: 'Questionnaire'
  id?: string
  url?: string
  version?: string
  name?: string
  title?: string
  status: 'draft' | 'active' | 'retired' | 'unknown'
  description?: string
  copyright?: string
  contained?: (ValueSet | { resourceType: string; id?: string })[]
  extension?: Extension[]
  modifierExtension?: Extension[]
  item?: Item[]
}

export type Answer = Value & { item?: ResponseItem[]; extension?: Extension[] }

export type ResponseItem = {
  linkId: string
  text?: string
  answer?: Answer[]
  item?: ResponseItem[]
  extension?: Extension[]
}

export type QuestionnaireResponse = {
  resourceType: 'QuestionnaireResponse'
  id?: string
  /** canonical|version of the Questionnaire */
  questionnaire?: string
  status: 'in-progress' | 'completed' | 'amended'
  subject?: { reference?: string; display?: string }
  authored?: string
  author?: { reference?: string; display?: string }
  extension?: Extension[]
  item?: ResponseItem[]
}
