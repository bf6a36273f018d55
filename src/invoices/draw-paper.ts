/**
 * `bun src/invoices/draw-paper.ts WITHIN_MS`: reads `Drawing` as JSON from its standard input, and prints the
 * PDF.
 *
 * A process of its own: setting a page of mixed scripts, and reading the fonts for it, takes half a second of
 * a core, in which a replica would answer nobody. Whatever a name does to a shaper, it does to nobody else.
 */
import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import type { Sentence } from '../../texts/arabic.ts'
import type { Language } from '../../texts/languages.ts'
import { sayNumber } from '../../texts/numbers.ts'
import { direction, language, locale, say, speaking } from '../../texts/say.ts'
import { shownName } from '../../views/names.ts'
import { type Decimal, total } from '../market/money.ts'
import { type Paper, taxIn } from './content.ts'
import { type Face, penFor } from './glyphs.ts'

/** `site`: what the board is called. */
export type Drawing = { paper: Paper; language: Language; site: string }

const a4 = { width: 595.28, height: 841.89 }
const margin = 56
const inner = a4.width - 2 * margin
const body = { size: 10.5 }
const strong = { ...body, isBold: true }
const small = { size: 8.5 }
const leading = 1.65
const titles = { invoice: 'Invoice', credit: 'Credit note', receipt: 'Receipt' } as const

/** Where columns end, from the side on which reading begins; names have the room before them. */
const columns = { quantity: inner * 0.62, price: inner * 0.8, sum: inner }
const nameWidth = inner * 0.5

function draw({ paper, site }: Drawing): Promise<Buffer> {
  const { seller, kind, number, issuedAt, currency } = paper
  const isRtl = direction() === 'rtl'
  const title = `${say(titles[kind])}${number === undefined ? '' : ` ${leftToRight(number)}`}`
  const document = new PDFDocument({
    ...{ size: 'A4', margin: 0, bufferPages: true, lang: language(), displayTitle: true },
    info: {
      Title: title.replaceAll(/[\u2066\u2069]/g, ''),
      Author: seller.name,
      Creator: site,
      CreationDate: new Date(issuedAt),
    },
  })
  const pen = penFor(document)
  let y = margin + 14

  const roomFor = (height: number) => {
    if (y + height <= a4.height - margin - 20) return
    document.addPage()
    y = margin + 14
  }
  const down = (face: Face, times = 1) => {
    y += face.size * leading * times
  }
  /** What people wrote is in the direction of its first letter, and begins where the page does. */
  const begin = (text: string, face: Face, rtl = isRtlText(text)) => {
    const x = isRtl ? a4.width - margin - pen.width(text, rtl, face) : margin
    pen.line(text, { x, y, isRtl: rtl, ...face })
  }
  const end = (text: string, at: number, face: Face) => {
    const x = isRtl ? a4.width - margin - at : margin + at - pen.width(text, isRtl, face)
    pen.line(text, { x, y, isRtl, ...face })
  }
  const written = (text: string, face: Face, width = inner) => {
    for (const line of pen.wrap(plain(text), width, isRtlText(text), face)) {
      roomFor(face.size * leading)
      begin(line, face, isRtlText(text))
      down(face)
    }
  }
  const said = (text: string, face: Face = body) => {
    for (const line of pen.wrap(plain(text), inner, isRtl, face)) {
      roomFor(face.size * leading)
      begin(line, face, isRtl)
      down(face)
    }
  }
  const rule = () => {
    document.lineWidth(0.5).strokeColor('#888888')
    document
      .moveTo(margin, y - 9)
      .lineTo(a4.width - margin, y - 9)
      .stroke()
  }
  const day = (at: string) =>
    new Intl.DateTimeFormat(locale(), { dateStyle: 'long', timeZone: paper.timeZone }).format(new Date(at))
  const money = new Intl.NumberFormat(locale(), { style: 'currency', currency, maximumFractionDigits: 4 })
  const sign = kind === 'credit' ? '-' : ''
  const shown = (amount: Decimal) =>
    plain(money.format(Number(amount) === 0 ? amount : (`${sign}${amount}` as Decimal)))
  const head = (sentences: Record<keyof typeof columns, Sentence>) => {
    begin(say('Item'), strong, isRtl)
    for (const [column, sentence] of Object.entries(sentences))
      end(say(sentence), columns[column as keyof typeof columns], strong)
    down(strong)
    rule()
    down(body, 0.4)
  }

  written(seller.name, { size: 13, isBold: true })
  written(seller.address, body)
  down(body)
  said(title, { size: 18, isBold: true })
  down(body, 0.5)
  said(say('Date: {date}', { date: day(issuedAt) }))
  said(say('Order {number} of {date}', { number: paper.order, date: day(paper.orderedAt) }))
  said(say('For: {name}', { name: paper.buyer === null ? say('a deleted account') : shownName(paper.buyer) }))
  if (paper.cancels !== undefined) said(say('It cancels invoice {number}.', { number: paper.cancels }))
  down(body)

  head({ quantity: 'Quantity', price: 'Price', sum: 'Sum' })
  for (const line of paper.lines) {
    const names = pen.wrap(plain(line.name), nameWidth, isRtlText(line.name), body)
    roomFor(names.length * body.size * leading)
    for (const [index, name] of names.entries()) {
      begin(name, body, isRtlText(line.name))
      if (index === 0) {
        end(sayNumber(line.quantity), columns.quantity, body)
        end(plain(money.format(line.price)), columns.price, body)
        end(shown(total([line], currency)), columns.sum, body)
      }
      down(body)
    }
  }
  roomFor(4 * body.size * leading)
  rule()
  down(body, 0.4)
  begin(say('Total'), strong, isRtl)
  end(shown(paper.total), columns.sum, strong)
  down(strong)
  if (Number(seller.taxRate) > 0) {
    const rate = plain(
      new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 2 }).format(
        Number(seller.taxRate) / 100,
      ),
    )
    begin(say('Tax of {rate} in it', { rate }), body, isRtl)
    end(shown(taxIn(paper.total, seller.taxRate, currency)), columns.sum, body)
    down(body)
  }
  down(body)
  if (kind === 'receipt') said(say('The money came: it was noted on {date}.', { date: day(issuedAt) }))
  written(seller.taxNote, body)
  if (kind === 'invoice' && seller.iban !== '') {
    said(`IBAN: ${leftToRight(seller.iban.replaceAll(/(.{4})(?=.)/g, '$1 '))}`)
    if (seller.bic !== '') said(`BIC: ${leftToRight(seller.bic)}`)
  }

  const { count } = document.bufferedPageRange()
  for (let page = 0; page < count && count > 1; page++) {
    document.switchToPage(page)
    y = a4.height - margin
    begin(say('{title}, page {page} of {pages}', { title, page: page + 1, pages: count }), small, isRtl)
  }
  document.end()
  return buffer(document)
}

/** What runs from left to right in the midst of anything. */
const leftToRight = (text: string) => `\u2066${text}\u2069`

/** Spaces of all kinds are one; fonts have no others. */
const plain = (text: string) => text.replaceAll(/\p{Zs}/gu, ' ').replaceAll('\t', ' ')

const isRtlText = (text: string) => /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(text)

const [, , withinMs = '10000'] = process.argv
// The parent ends it in time, unless it was killed meanwhile.
setTimeout(() => process.kill(process.pid, 'SIGKILL'), Number(withinMs)).unref()
const drawing = (await Bun.stdin.json()) as Drawing
await Bun.write(Bun.stdout, await speaking(drawing.language, () => draw(drawing)))
