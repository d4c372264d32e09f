import qrcode from 'qrcode-generator'

/** The quiet zone that a reader needs on each side, in modules (ISO/IEC 18004). */
const QUIET = 4

export type Qr = { size: number; path: string }

/** A QR code as the path of an SVG, a unit a module. */
export function drawQr(text: string): Qr {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const count = code.getModuleCount()
  const rows = Array.from({ length: count }, (_, row) => rowPath(code, row, count))
  return { size: count + 2 * QUIET, path: rows.join('') }
}

function rowPath(code: ReturnType<typeof qrcode>, row: number, count: number): string {
  let path = ''
  for (let from = 0; from < count; from += 1) {
    if (!code.isDark(row, from)) continue
    let to = from
    while (to < count && code.isDark(row, to)) to += 1
    path += `M${from + QUIET} ${row + QUIET}h${to - from}v1h${from - to}z`
    from = to
  }
  return path
}
