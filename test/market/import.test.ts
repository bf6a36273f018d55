import { beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test'
import fc from 'fast-check'
import { type CsvRow, readCsv, writeCsv } from '../../src/market/csv.ts'
import { openReplica } from '../support/servers/replica.ts'
import { type Market, openMarket } from '../support/site/market.ts'
import { textsIn } from '../support/site/markup.ts'
import type { Visitor } from '../support/site/visitor.ts'
import { longestTurn } from '../support/turns.ts'

setDefaultTimeout(60_000)

let market: Market
let ana: Visitor

beforeAll(async () => {
  market = await openMarket(await openReplica())
  ana = await market.signedIn('ana', 'admin')
})

beforeEach(async () => {
  await market.replica.database.write('DELETE FROM items')
  await market.addItem('Cake', 20, '12.50')
})

function send(content: string | Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}, headers = {}) {
  const body = new FormData()
  body.set('file', new File([content], 'items.csv', { type: 'text/csv' }))
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  const cookie = [...ana.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const question = new Request('http://localhost/admin/import', {
    method: 'POST',
    body,
    headers: { cookie, ...headers },
  })
  return market.send(question)
}

const names = async () =>
  (await market.replica.database.rows<{ name: string }>('SELECT name FROM items ORDER BY name')).map(
    ({ name }) => name,
  )

describe('a CSV file', () => {
  test('adds new names, sets those that are there, and reports each row', async () => {
    const answer = await send('name,quantity,price\nMuffins,4,2.99\nCake,5,13\n')
    const text = await answer.text()

    expect(answer.status).toBe(200)
    expect(text).toContain('1 added, 1 changed, 0 as they were.')
    expect(text).toContain('Was 20 at 12.50.')
    expect(await market.stock('Muffins')).toMatchObject({ quantity: 4, price: '2.99' })
    expect(await market.stock('Cake')).toMatchObject({ quantity: 5, price: '13.00' })
  })

  test('shows on the market at the next read', async () => {
    await market.anyone().get('/api/items')

    await send('name,quantity,price\nFrom the file,4,2.99\n')

    expect(await (await market.anyone().get('/market')).text()).toContain('From the file')
  })

  test('with a wrong row stores nothing and names the line', async () => {
    const answer = await send(
      'name,quantity,price\nMuffins,4,2.99\n"two\nlines",1,1\nNails,-1,x\nMuffins,1,1\n',
    )
    const text = await answer.text()

    expect(answer.status).toBe(422)
    expect(text).toContain('Nothing was stored: 3 rows are wrong.')
    expect(text).toContain('quantity: A whole number from 0 to 1,000,000. price: From 0.00')
    expect(text).toContain('Line 2 has this name too.')
    expect(await names()).toEqual(['Cake'])
  })

  test('with a wrong row stores the others when asked', async () => {
    const answer = await send('name,quantity,price\nMuffins,4,2.99\nNails,-1,x\n', { partial: 'yes' })

    expect(answer.status).toBe(200)
    expect(await answer.text()).toContain('1 added, 0 changed, 0 as they were, 1 left out.')
    expect(await names()).toEqual(['Cake', 'Muffins'])
  })

  test.each([
    ['semicolons and other columns', 'Price;colour;NAME;quantity\n1.50;red;Apple;3\n'],
    ['tabs', 'name\tquantity\tprice\nApple\t3\t1.5\n'],
    ['the mark of UTF-8 and CRLF', '\ufeffname,quantity,price\r\nApple,3,1.50\r\n\r\n'],
    ['quotes', '"name","quantity","price"\n"Apple","3","1.50"\n'],
    ['rows without a value', 'name;quantity;price\n;;\nApple;3;1.50\n ; ; \n'],
    ['lines without a name before the columns', '\n;;\nname;quantity;price\nApple;3;1.50\n'],
    ['commas before the decimals, between semicolons', 'name;quantity;price\nApple;3;1,50\n'],
    ['commas before the decimals, between tabs', 'name\tquantity\tprice\nApple\t3\t1,5\n'],
    ['commas before the decimals, in quotes between commas', 'name,quantity,price\nApple,3,"1,50"\n'],
    ['one decimal behind a comma, in quotes between commas', 'name,quantity,price\nApple,3,"1,5"\n'],
    ['bars', 'name|quantity|price\nApple|3|1,50\n'],
    ["Excel's line of the separator, a bar", 'sep=|\r\nname|quantity|price\r\nApple|3|1.50\r\n'],
    ["Excel's line of the separator, any other", 'sep=^\r\nname^quantity^price\r\nApple^3^1,50\r\n'],
    ["Excel's line of the separator in quotes", '"sep=;"\r\nname;quantity;price\r\nApple;3;1,50\r\n'],
    ["Excel's line of the separator as a row", '"sep=;";;\nname;quantity;price\nApple;3;1,50\n'],
    ["Excel's line of the separator", 'sep=;\r\nname;quantity;price\r\nApple;3;1,50\r\n'],
    ["Excel's line of the separator, a comma", 'sep=,\r\nname,quantity,price\r\nApple,3,1.50\r\n'],
    ['a blank first line with another end', '\r\nname,quantity,price\nPear,1,1.00\nApple,3,1.50\n'],
    ['line ends of all kinds', 'name,quantity,price\nPear,1,1.00\r\nPlum,2,1.00\rApple,3,1.50\r\n'],
    ['line ends of old spreadsheets', '\rname,quantity,price\rPear,1,1.00\rApple,3,1.50\r'],
    ['the separator and then another line end', 'sep=;\r\nname;quantity;price\nApple;3;1,50\n'],
    [
      'quotes before line ends of all kinds',
      '"name","quantity","price"\r"Pear","1","1"\n"Apple","3","1.50"\r\n',
    ],
  ])('may have %s', async (_, content) => {
    expect((await send(content)).status).toBe(200)
    expect(await market.stock('Apple')).toMatchObject({ quantity: 3, price: '1.50' })
  })

  test.each([
    ['is empty', '', 'Choose a file.'],
    ['has no rows', 'name,quantity,price\n', 'This file has no rows.'],
    ['lacks a column', 'name,price\nx,1\n', 'missing: quantity.'],
    ['names a separator and has another', 'sep=|\nname:quantity:price\nx:1:1\n', 'missing: name'],
    ['has a broken quote', 'name,quantity,price\n"x,1,1\n', 'cannot be read'],
    [
      'is not UTF-8',
      new Uint8Array([...Buffer.from('name,quantity,price\nf'), 0xfc, 0x2c, 0x31, 0x2c, 0x31]),
      'UTF-8',
    ],
    ['is an image', new Uint8Array([0x89, 0x50, 0x4e, 0x47]), 'UTF-8'],
    ['has too many columns', `name,quantity,price${',x'.repeat(998)}\nx,1,1\n`, 'at most 1,000 columns'],
    ['has very many rows', `name,quantity,price\n${'x,1,1\n'.repeat(100_000)}`, 'at most 10,000 rows'],
    ['has too many rows', `name,quantity,price\n${'x,1,1\n'.repeat(10_001)}`, 'at most 10,000 rows'],
  ])('that %s is refused at its field', async (_, content, says) => {
    const answer = await send(content)

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), '#file-error')[0]).toContain(says)
    expect(await names()).toEqual(['Cake'])
  })

  test('names the line of a wrong row below lines that are passed over', async () => {
    const answer = await send('sep=;\n\nname;quantity;price\n;;\nNails;x;1,00\n')

    expect(textsIn(await answer.text(), 'td')).toContain('5')
  })

  test('names the line of a wrong row, whatever lines end with', async () => {
    const answer = await send('\r\nname,quantity,price\rApple,3,1.50\n\r\nNails,x,1.00\n')

    expect(textsIn(await answer.text(), 'td')).toContain('5')
  })

  test.each([
    ['a price without quotes', 'name,quantity,price\nMuffins,4,1\nCake,7,1,5\n', 3],
    [
      'a price without quotes in an exported file',
      'name,quantity,price,quantity when exported\nCake,20,12,50,20\n',
      2,
    ],
    ['a price below columns without a name', 'name,quantity,price,,\n\nCake,7,1,5,\n', 3],
    ['a cell too many between semicolons', 'name;quantity;price\nCake;7;1,5; ;x\n', 2],
  ])('with %s has a wrong row and stores nothing', async (_, content, line) => {
    const answer = await send(content)
    const text = await answer.text()

    expect(answer.status).toBe(422)
    expect(text).toContain('This row has more cells than there are columns.')
    expect(textsIn(text, 'td')).toContain(`${line}`)
    expect(await market.stock('Cake')).toMatchObject({ quantity: 20, price: '12.50' })
    expect(await names()).toEqual(['Cake'])
  })

  test.each([
    ['behind each row', 'name,quantity,price\nApple,3,1.50,, \n'],
    ['behind the columns', 'name,quantity,price,,\nApple,3,1.50\n'],
    ['before the columns, where a row has its number', ',name,quantity,price\n0,Apple,3,1.50\n'],
  ])('may have blank cells %s', async (_, content) => {
    expect((await send(content)).status).toBe(200)
    expect(await market.stock('Apple')).toMatchObject({ quantity: 3, price: '1.50' })
  })

  test.each([
    ['name', '\nname,Name ,quantity,price\nX1,X2,1,1\n'],
    ['price', '\nname,quantity,price,price\nX1,1,1,2\n'],
    [
      'quantity when exported',
      '\nname,quantity,quantity when exported,price,quantity when exported\nX1,1,2,1,1\n',
    ],
  ])('with two columns called %s is refused with their line', async (name, content) => {
    const answer = await send(content)

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), '#file-error')[0]).toContain(`Line 2 names the column ${name} twice.`)
    expect(await names()).toEqual(['Cake'])
  })

  test('may have two columns of a name that nobody reads', async () => {
    expect((await send('name,note,note,quantity,price\nApple,a,b,3,1.50\n')).status).toBe(200)
    expect(await market.stock('Apple')).toMatchObject({ quantity: 3, price: '1.50' })
  })

  test.each([
    ['a comma between commas', 'name,quantity,price\nHouse,1,"1,000"\n'],
    ['a dot between semicolons', 'name;quantity;price\nHouse;1;2.000\nApple;1;3,50\n'],
    ['a dot between semicolons, alone', 'name;quantity;price\nHouse;1;2.000\n'],
    [
      'a dot between commas, where another price has a decimal comma',
      'name,quantity,price\nHouse,1,2.000\nApple,1,"3,5"\n',
    ],
    [
      'a dot between tabs, where another price has a decimal comma',
      'name\tquantity\tprice\nHouse\t1\t2.000\nApple\t1\t3,50\n',
    ],
    [
      'a comma between tabs, where another price has a decimal dot',
      'name\tquantity\tprice\nHouse\t1\t1,000\nApple\t1\t3.50\n',
    ],
    [
      'a comma between semicolons, where another price has a decimal dot',
      'name;quantity;price\nHouse;1;1,000\nApple;1;3.50\n',
    ],
    ['a comma between tabs, alone', 'name\tquantity\tprice\nHouse\t1\t1,000\n'],
    ['either sign between tabs', 'name\tquantity\tprice\nHouse\t1\t1.000\nApple\t1\t2,500\n'],
  ])('with %s for thousands is refused rather than taken for decimals', async (_, content) => {
    const answer = await send(content)

    expect(answer.status).toBe(422)
    expect(await answer.text()).toMatch(/price: [12][.,]000 may be thousands\./)
    expect(await names()).toEqual(['Cake'])
  })

  test.each([
    ['a dot between commas', 'name,quantity,price\nApple,3,1.500\n'],
    ['a dot between tabs', 'name\tquantity\tprice\nApple\t3\t1.500\n'],
    ['a comma between semicolons', 'name;quantity;price\nApple;3;1,500\n'],
  ])('may have three decimals behind %s', async (_, content) => {
    expect((await send(content)).status).toBe(200)
    expect(await market.stock('Apple')).toMatchObject({ quantity: 3, price: '1.50' })
  })

  test('of ten thousand rows is stored as a whole', async () => {
    const rows = Array.from({ length: 10_000 }, (_, index) => `Item ${index},${index},1.00`)

    const answer = await send(`name,quantity,price\n${rows.join('\n')}`, {}, { 'hx-request': 'true' })

    expect(await answer.text()).toContain('10,000 added, 0 changed')
    expect(await market.stock('Item 9999')).toMatchObject({ quantity: 9_999 })
  })

  test('of nobody signed in is not looked at', async () => {
    const answer = await market.anyone().post('/admin/import')

    expect(answer.status).toBe(401)
  })
})

const furtherColumns = 'category,unit,most for each member,variant of,description,low at'

describe('the exported file', () => {
  test('is one that spreadsheets open', async () => {
    await market.addItem('Füße, "wool"', 3, '1.00')

    const answer = await ana.get('/admin/items.csv')
    const bytes = await answer.bytes()

    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="items.csv"')
    expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).toBe(
      [
        `\ufeffname,quantity,price,quantity when exported,${furtherColumns}`,
        ...['Cake,20,12.50,20,,,,,,', '"Füße, ""wool""",3,1.00,3,,,,,,', ''],
      ].join('\r\n'),
    )
  })

  test('for spreadsheets that write 1,50 has semicolons between the columns, and comes back in', async () => {
    const file = await (await ana.get('/admin/items.csv?decimals=comma')).text()

    expect(file).toEndWith('\r\nCake;20;"12,50";20;;;;;;\r\n')
    expect(await (await send(file.replace('12,50', '13,25'))).text()).toContain('Was 20 at 12.50.')
    expect(await market.stock('Cake')).toMatchObject({ quantity: 20, price: '13.25' })
  })

  test('comes back in without what was sold since', async () => {
    const file = await (await ana.get('/admin/items.csv')).text()
    await market.replica.database.write('UPDATE items SET quantity = 15')

    const answer = await send(file.replace('12.50', '13.00'))

    expect(answer.status).toBe(200)
    expect(await market.stock('Cake')).toMatchObject({ quantity: 15, price: '13.00' })
  })

  test('with another quantity is refused when pieces were sold since, and taken when none were', async () => {
    const file = await (await ana.get('/admin/items.csv')).text()
    const edited = file.replace('Cake,20', 'Cake,30')
    await market.replica.database.write('UPDATE items SET quantity = 15')

    const refused = await send(edited)

    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('There are 15 by now, 20 were exported.')
    expect(await market.stock('Cake')).toMatchObject({ quantity: 15 })

    await market.replica.database.write('UPDATE items SET quantity = 20')

    expect((await send(edited)).status).toBe(200)
    expect(await market.stock('Cake')).toMatchObject({ quantity: 30 })
  })

  test('comes back in without what was sold since, with spaces around its cells, too', async () => {
    const file = await (await ana.get('/admin/items.csv')).text()
    await market.replica.database.write('UPDATE items SET quantity = 15')

    const answer = await send(file.replaceAll(',', ' , '))

    expect(answer.status).toBe(200)
    expect(await market.stock('Cake')).toMatchObject({ quantity: 15 })
  })

  test('with an exported quantity that is no number is refused: what was sold since would come back', async () => {
    const file = await (await ana.get('/admin/items.csv')).text()

    const answer = await send(file.replace('12.50,20', '12.50,20.0'))

    expect(answer.status).toBe(422)
    expect(await answer.text()).toContain('quantity when exported: A whole number from 0 to 1,000,000.')
  })

  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '＝1', "'=1"])(
    'holds %s as text, not as a formula',
    async (name) => {
      const csv = await writeCsv([{ name, quantity: 1, price: '1.00' }], 'EUR')
      const [, cell] = csv.split('\r\n')

      expect(cell).toStartWith("'")
    },
  )

  test('comes back in with every name as it was', async () => {
    const name = fc.string({ unit: fc.constantFrom(...`'="+-@,;ab \t\r\n＝é👩`), minLength: 1 })

    await fc.assert(
      fc.asyncProperty(name, async (name) => {
        const csv = await writeCsv([{ name, quantity: 1, price: '1.00' }], 'EUR')
        expect(await readCsv(Buffer.from(csv))).toMatchObject([{ name, quantity: '1', price: '1.00' }])
      }),
    )
  })
})

describe('what an item is, in a file', () => {
  const head = `name,quantity,price,${furtherColumns}\n`
  const item = async (name: string) =>
    (await market.anyone().get(`/api/items/${(await market.stock(name))!.id}`)).json()

  test('comes in, and out again as it was', async () => {
    const rows = 'Honey,3,4.50,Larder,jar,2,,"From *our* bees,\n=1+1"\n"Honey, 1 kg",2,8,Larder,kg,,Honey,\n'
    const answer = await send(`${head}${rows}`)
    const file = await (await ana.get('/admin/items.csv')).text()
    const again = await (await send(file)).text()

    expect(answer.status).toBe(200)
    expect(await item('Honey')).toMatchObject({
      ...{ category: 'Larder', unit: 'jar', mostEach: 2, variantOf: null },
      description: 'From *our* bees,\n=1+1',
    })
    expect(await item('Honey, 1 kg')).toMatchObject({
      variantOf: (await market.stock('Honey'))!.id,
      mostEach: null,
    })
    expect(again.match(/Was so already/g)).toHaveLength(3)
  })

  test('stays as it is without its column, and goes with an empty cell', async () => {
    await send(`${head}Cake,20,12.50,Larder,piece,2,,Sweet\n`)
    await item('Cake')

    await send('name,quantity,price,unit\nCake,20,12.50,\n')

    expect(await item('Cake')).toMatchObject({
      ...{ category: 'Larder', unit: '', mostEach: 2, description: 'Sweet' },
    })
  })

  test('holds formulas of a spreadsheet as text', async () => {
    await send(`${head}Cake,20,12.50,'=A1,-kg,,,@SUM(A1)\n`)
    const file = await (await ana.get('/admin/items.csv')).text()

    expect(file).toContain("'=A1,'-kg,,,'@SUM(A1)")
    await send(file)
    expect(await item('Cake')).toMatchObject({ category: '=A1', unit: '-kg', description: '@SUM(A1)' })
  })

  test.each([
    ['Cake,20,1,,,0,,', 'A whole number from 1 to 1,000,000, or nothing.'],
    [`Cake,20,1,${'x'.repeat(41)},,,,`, 'One line of at most 40 characters.'],
    ['Slice,1,1,,,,Pie,', 'There is no item Pie.'],
    ['Slice,1,1,,,,Slice,', 'There is no item Slice.'],
    ['Slice,1,1,,,,Cake,\nCrumb,1,1,,,,Slice,', 'A variant has no variants.'],
    ['Cake,1,1,,,,Crumb,\nCrumb,1,1,,,,,\nSlice,1,1,,,,Cake,', 'An item with variants is no variant itself.'],
  ])('is refused as %s, and nothing is stored', async (rows, says) => {
    const answer = await send(`${head}${rows}\n`)

    expect(answer.status).toBe(422)
    expect(textsIn(await answer.text(), 'td').join()).toContain(says)
    expect(await names()).toEqual(['Cake'])
    expect(await item('Cake')).toMatchObject({ quantity: 20, variantOf: null })
  })
})

const columns = 'name;quantity;price\n'
const fourMegabytes = (part: string) => part.repeat(Math.floor((4 * 1024 * 1024 - 100) / part.length))

test.each([
  ['empty lines', fourMegabytes('\n'), 'missing: name, quantity, price'],
  ['empty lines below its columns', columns + fourMegabytes('\n'), 'has no rows'],
  ['rows without a value', columns + fourMegabytes(';;\n'), 'has no rows'],
  ['rows without a value, of another width', columns + fourMegabytes(';\n'), 'at most 10,000 rows'],
  ['columns', `name;quantity;price${fourMegabytes(';x')}`, 'cannot be read'],
  ['blank columns', `name;quantity;price${fourMegabytes(';')}`, 'cannot be read'],
  ['cells', `${columns}a;1;1${fourMegabytes(';y')}`, 'cannot be read'],
  ['one cell', columns + fourMegabytes('a'), 'cannot be read'],
  ['one cell in quotes', `${columns}"${fourMegabytes('\n')}"`, 'cannot be read'],
  ['rows of a cell', columns + fourMegabytes('a\n'), 'at most 10,000 rows'],
])('a file full of %s holds up nobody', async (_, file, says) => {
  let refused: unknown

  const turn = await longestTurn(async () => {
    refused = await readCsv(Buffer.from(file)).catch((error) => error)
  }, 50)

  expect(`${refused}`).toContain(says)
  expect(turn).toMatchObject({ isLong: false })
})

test('a row may have many cells that nobody reads', async () => {
  const wide = (name: string, cell: string) => `${name},1,1.00${`,${cell}`.repeat(900)}\n`

  const rows = await readCsv(Buffer.from(`name,quantity,price${',note'.repeat(900)}\n${wide('Apple', 'x')}`))

  expect(rows).toMatchObject([{ name: 'Apple', quantity: '1', price: '1.00', errors: {} }])
})

test('a file of as many rows as there may be holds up nobody, in or out', async () => {
  const rows = Array.from({ length: 10_000 }, (_, n) => ({
    ...{ id: n + 1, name: `Item 😀 "number", ${n}`, quantity: n, price: `${n}` as const },
  }))
  let [csv, read] = ['', [] as CsvRow[]]

  const out = await longestTurn(async () => {
    csv = await writeCsv(rows, 'EUR')
  }, 30)
  const into = await longestTurn(async () => {
    read = await readCsv(Buffer.from(csv))
  }, 30)
  const answer = await send(csv)

  expect([out.isLong, into.isLong]).toEqual([false, false])
  expect(read.map(({ name }) => name)).toEqual(rows.map(({ name }) => name))
  expect(answer.status).toBe(200)
  expect(await names()).toHaveLength(10_001)
})
