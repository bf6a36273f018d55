import { lockNames } from '../../../../src/names/queries.ts'
import { chunks } from '../../../../src/platform/async.ts'
import type { Sql } from '../../../../src/platform/db.ts'
import { newSecret } from '../../../../src/platform/secrets.ts'
import { sha256 } from '../../../../src/platform/sha256.ts'
import { insertTags } from '../../../../src/tags/queries.ts'
import { isLanguage } from '../../../../texts/languages.ts'
import type { Kind, Line } from '../../format.ts'
import { insertRows, membersNamed, tagsNamed, type Values } from '../queries.ts'
import { at, type Bring, bytes, insertAll, keyOf, mapOf, note, notePaths, numberedRows } from './rows.ts'

export const bringMembers: Bring<'members'> = async (bringing, lines) => {
  const { sql, file } = bringing
  await lockNames(sql, 'users')
  const named = await membersNamed(
    sql,
    lines.map(({ name }) => keyOf(name)),
  )
  const there = new Map(named.map((each) => [each.nameKey, each]))
  const isSame = ({ name, passwordHash }: Line<'members'>) =>
    passwordHash !== undefined && there.get(sha256(name))?.passwordHash === passwordHash
  const same = lines.filter(isSame)
  await note(
    bringing,
    'members',
    same.map((line) => [line.id, there.get(sha256(line.name))?.id ?? 0]),
  )
  const fresh = lines.filter((line) => !isSame(line))
  const names = await freeNames(
    sql,
    fresh.map(({ name }) => name),
  )
  const ids = await numberedRows(
    bringing,
    'members',
    'users',
    fresh.map((line, index) => {
      const name = names[index] ?? line.name
      return {
        id: line.id,
        ...{ name, name_key: keyOf(name), look_twin: keyOf(name) },
        password_hash: line.passwordHash ?? null,
        language: isLanguage(line.language) ? line.language : null,
        ...{ role: line.role, created_at: at(line.createdAt), disabled_at: at(line.disabledAt) },
      }
    }),
  )
  const owned = fresh.map((line) => ({ line, user_id: ids.get(line.id) ?? 0 }))
  for (const { line, user_id } of owned) {
    const picture = line.avatar && file.entries.find(({ name }) => name === `avatars/${line.avatar}.webp`)
    if (picture)
      await insertRows(sql, 'avatars', [{ user_id, hash: line.avatar ?? '', picture: file.read(picture) }])
  }
  await add(sql, 'addresses', owned, ({ address }) =>
    address
      ? [
          {
            address: address.address,
            address_key: keyOf(address.address.toLowerCase()),
            language: address.language,
            refused_at: at(address.refusedAt),
          },
        ]
      : [],
  )
  await add(sql, 'second_factors', owned, ({ secondFactor: factor }) =>
    factor ? [{ secret: factor.secret, last_step: factor.lastStep, created_at: at(factor.createdAt) }] : [],
  )
  await add(sql, 'recovery_codes', owned, ({ recoveryCodes = [] }) =>
    recoveryCodes.map((code) => ({ code_key: bytes(code) })),
  )
  await add(sql, 'passkeys', owned, ({ passkeys = [] }) =>
    passkeys.map((each) => ({
      ...{ name: each.name, counter: each.counter, public_key: bytes(each.publicKey) },
      credential_id: bytes(each.credentialId),
      credential_key: bytes(sha256(bytes(each.credentialId))),
      ...{ created_at: at(each.createdAt), used_at: at(each.usedAt) },
    })),
  )
  await add(sql, 'single_sign_ons', owned, ({ singleSignOn: sign }) =>
    sign
      ? [{ identity_key: bytes(sign.identity), made_admin: sign.madeAdmin, created_at: at(sign.createdAt) }]
      : [],
  )
  await add(sql, 'notice_mails', owned, ({ mails }) =>
    mails
      ? [
          {
            ...{ pace: mails.pace, time_zone: mails.timeZone, token: newSecret(), mailed_up_to: 0 },
            // The courier finds the next time when it has looked.
            due_at: mails.pace === 'never' ? null : new Date(),
          },
        ]
      : [],
  )
  await add(sql, 'sanctions', owned, ({ sanctions = [] }) =>
    sanctions.map(({ kind, until }) => ({ kind, until_at: at(until) })),
  )
  await add(sql, 'follow_refusals', owned, ({ followsByHand }) => (followsByHand ? [{}] : []))
  await add(sql, 'market_follows', owned, ({ market }) => (market ? [{ level: market }] : []))
  await notePaths(bringing, 'members', lines, ({ id, name }) => ids.get(id) ?? there.get(sha256(name))?.id)
  return lines.length
}

/** What belongs to members; what somebody else has here already, such as an address, stays theirs. */
async function add(
  sql: Sql,
  table: string,
  owned: { line: Line<'members'>; user_id: number }[],
  rowsOf: (line: Line<'members'>) => Values[],
): Promise<void> {
  const rows = owned.flatMap(({ line, user_id }) => rowsOf(line).map((row) => ({ user_id, ...row })))
  for (const some of chunks(rows, 500)) await insertRows(sql, table, some, true)
}

/** Returns the names themselves where they are free, else with the first number behind that makes them so. */
export async function freeNames(sql: Sql, names: string[]): Promise<string[]> {
  const given = new Set<string>()
  const taken = async (some: string[]) =>
    new Set((await membersNamed(sql, some.map(keyOf))).map(({ nameKey }) => nameKey))
  const first = names.length > 0 ? await taken(names) : new Set<string>()
  const free: string[] = []
  for (const name of names) {
    let chosen = name
    let isTaken = first.has(sha256(name)) || given.has(name)
    for (let number = 2; isTaken; number++) {
      chosen = `${name}-${number}`
      isTaken = given.has(chosen) || (await taken([chosen])).size > 0
    }
    given.add(chosen)
    free.push(chosen)
  }
  return free
}

export const bringFollows: Bring<'follows'> = async (bringing, lines) => {
  const members = await mapOf(
    bringing,
    'members',
    lines.map(({ member }) => member),
  )
  let came = 0
  for (const [kind, own] of Map.groupBy(lines, (line) => String(line.kind))) {
    const subjects =
      kind === 'tag'
        ? await tagIds(
            bringing.sql,
            own.map(({ subject }) => String(subject)),
          )
        : await mapOf(
            bringing,
            ofFollowed[kind] ?? 'posts',
            own.map(({ subject }) => Number(subject)),
          )
    came += await insertAll(
      bringing.sql,
      `${kind}_follows`,
      own.flatMap(({ subject, member, level }) => {
        const [subject_id, user_id] = [(subjects as Map<unknown, number>).get(subject), members.get(member)]
        return subject_id && user_id ? [{ subject_id, user_id, level }] : []
      }),
      true,
    )
  }
  return came
}

const ofFollowed: Record<string, Kind> = { post: 'posts', category: 'categories', member: 'members' }

async function tagIds(sql: Sql, names: string[]): Promise<Map<string, number>> {
  await insertTags(sql, [...new Set(names)])
  return new Map((await tagsNamed(sql, names)).map(({ id, name }) => [name, id]))
}
