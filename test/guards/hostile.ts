/** What nobody should type into a field of text, percent-encoded as it goes over the wire: some of it can't be written as a JavaScript string. */
export const hostileTexts: Record<string, string> = {
  'nothing at all': '',
  'only spaces': '%20%20%09',
  '10,000 characters': 'x'.repeat(10_000),
  '10,000 emoji': '%F0%9F%8C%BF'.repeat(5_000),
  'a NUL': 'a%00b',
  'control characters': 'a%07%1B%5B31mb%7F',
  'a C1 control': 'a%C2%85b',
  'line ends': 'a%0D%0ABcc%3A%20x%40example.com',
  'a byte that is no UTF-8': '%FF',
  'a cut UTF-8 sequence': 'a%C3',
  'a surrogate in UTF-8': '%ED%A0%80',
  'an overlong slash': '%C0%AF',
  'a noncharacter': '%EF%BF%BF',
  'emoji with joiners': encodeURIComponent('👩‍👩‍👧🌿🇳🇵'),
  'right-to-left text': encodeURIComponent('שלום مرحبا'),
  'an override of direction': encodeURIComponent('a\u202Egnp.exe'),
  'combining marks': encodeURIComponent(`Z${'\u0351'.repeat(50)}`),
  HTML: encodeURIComponent('"><script>alert(1)</script><img src=x onerror=alert(1)>'),
  'a template': encodeURIComponent('<%= 7*7 %> {{7*7}}'),
  SQL: encodeURIComponent("'; drop table appointments; --"),
  NaN: 'NaN',
  'a name of Object’s': '__proto__',
}

const pick = (kinds: string[]): Record<string, string> =>
  Object.fromEntries(kinds.map((kind) => [kind, hostileTexts[kind] ?? '']))

/** What a text may well be, or what the parser of forms makes the same of as of the next one: in all fields at once. */
export const hostileTogether: Record<string, string> = {
  '500 emoji': '%F0%9F%8C%BF'.repeat(500),
  ...pick([
    'a cut UTF-8 sequence',
    'a surrogate in UTF-8',
    'an overlong slash',
    'emoji with joiners',
    'right-to-left text',
    'an override of direction',
    'combining marks',
    'HTML',
    'a template',
    'SQL',
    'NaN',
    'a name of Object’s',
  ]),
}

/** What a text is refused for: field by field, as one that refuses would hide another that doesn’t. */
export const hostileApart = pick(Object.keys(hostileTexts).filter((kind) => !(kind in hostileTogether)))

/** The same where a number, an address or a day is to be typed. */
export const hostileExact: Record<string, string> = {
  ...hostileApart,
  'less than nothing': '-1',
  nothing: '0',
  'minus zero': '-0',
  'a large number': '99999999999999999999',
  'one more than fits': '2147483648',
  'an exponent': '1e9',
  'a fraction': '1.5',
  'a comma': '1,5',
  hexadecimal: '0x10',
  infinity: 'Infinity',
  'a sign': '%2B5',
  'digits of another script': encodeURIComponent('٤٢'),
}

/** What should not stand where a date, an instant, a zone, a choice or a name of ours is wanted. */
export const hostile: Record<string, string> = {
  ...hostileTexts,
  'a date that is none': '2026-02-30',
  'a month that is none': '2026-13-01',
  'a year far away': '9999-12-31',
  'the year zero': '0000-01-01',
  'an instant that is none': '2026-02-30T25%3A61%3A00Z',
  'an instant beyond all calendars': '9999-12-31T23%3A59%3A59.999Z',
  'an instant before all': '0000-01-01T00%3A00%3A00Z',
  'an instant without a zone': '2026-03-06T15%3A00%3A00',
  'an instant in the past': '2026-03-01T15%3A00%3A00Z',
  'an instant that is no slot': '2026-03-06T15%3A07%3A00Z',
  'an instant with seconds': '2026-03-06T15%3A00%3A01Z',
  'an instant at night': '2026-03-06T08%3A00%3A00Z',
  'an instant beyond the window': '2026-12-24T15%3A00%3A00Z',
  'a zone that is none': 'Mars%2FOlympus_Mons',
  'a zone as an offset': '%2B05%3A45',
  'another word for a zone': 'EST5EDT',
  'a number': '-1',
  'a large number': '99999999999999999999',
  'an exponent': '1e9',
  'a function of Object’s': 'toString',
  'an unknown id': '00000000-0000-4000-8000-000000000000',
  'an unknown secret': 'A'.repeat(43),
  'another site': encodeURIComponent('//evil.example/x'),
  'a script address': encodeURIComponent('javascript:alert(1)'),
  'a folder above': encodeURIComponent('../../etc/passwd'),
}

/** Where something is chosen: of what is no choice, some is enough. */
export const hostileChoices: Record<string, string> = {
  ...Object.fromEntries(Object.entries(hostile).filter(([kind]) => !(kind in hostileTexts))),
  ...pick([
    'nothing at all',
    '10,000 characters',
    'a NUL',
    'a byte that is no UTF-8',
    'HTML',
    'a name of Object’s',
  ]),
}

/** What should not stand in an address: of texts, those that are read each in a way of its own. */
export const hostileQueries: Record<string, string> = {
  ...hostileChoices,
  ...pick(['control characters', 'line ends', 'right-to-left text', 'SQL']),
}

const notInPaths = ['nothing at all', 'a folder above']
const datelike = /^an? (date|month|year|instant|zone)|^the year|^another word/

/** The same where a path has an id, a slug or a secret. */
export const hostileIds: Record<string, string> = Object.fromEntries(
  Object.entries(hostileQueries).filter(([kind]) => !notInPaths.includes(kind) && !datelike.test(kind)),
)

/** What a form parser makes of it. */
export const decoded = (value: string): string => new URLSearchParams(`v=${value}`).get('v') ?? ''

/** Whether a browser would send it back as it was: HTML has no NUL, and a form's own line ends are its own matter. */
export const canBeShown = (value: string): boolean =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
  !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffd\uffff]/.test(decoded(value)) && decoded(value) !== '  \t'

/** Whoever is refused is told in a sentence what to do. */
export const SENTENCE =
  /\b(please|[A-Z][^.?<>]*\b(please|choose|call|write|type|go back|can’t|can be|may be mistyped|shorten|say|saving))\b[^.<>]*\./i
