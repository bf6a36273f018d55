import { isTimeZone } from '../../../src/platform/known-names.ts'
import { type Kind, type Line, ofPlace, ofSubject } from '../format.ts'
import { type IdList, openIdList } from '../id-list.ts'

/** What lines so far have said, and the pictures that the file has. */
type Listed = 'members' | 'categories' | 'posts' | 'comments' | 'items' | 'windows' | 'pickups'
export type Known = Record<Listed, IdList> & {
  pictures: { has(name: string): boolean }
  /** Nothing was written later than this. */
  now: string
}

export const openKnown = (pictures: Known['pictures'], now: string): Known => ({
  ...{ members: openIdList(), categories: openIdList(), posts: openIdList() },
  ...{ comments: openIdList(), items: openIdList(), windows: openIdList(), pickups: openIdList() },
  ...{ pictures, now },
})

/** What of a line can come, or nothing; and why not all. */
export type Mended<K extends Kind> = { line: Line<K> | undefined; why: string[] }

/** Returns the line without what refers to nothing in the file. */
export function mend<K extends Kind>(kind: K, line: Line<K>, known: Known): Mended<K> {
  const why: string[] = []
  const mender = menders[kind] as ((line: Line<K>, known: Known, why: string[]) => boolean) | undefined
  const mended = structuredClone(line)
  setBack(mended as Record<string, unknown>, kind, known.now, why)
  const comes = mender ? mender(mended, known, why) : true
  return { line: comes ? mended : undefined, why }
}

/** Lets later lines refer to it. */
export function note<K extends Kind>(kind: K, line: Line<K>, known: Known): void {
  if (kind === 'comments') {
    const { id, post } = line as Line<'comments'>
    known.comments.add(id, post)
    return
  }
  const lists: Partial<Record<Kind, IdList>> = {
    ...{ members: known.members, categories: known.categories, posts: known.posts, items: known.items },
    ...{ windows: known.windows, pickups: known.pickups },
  }
  lists[kind]?.add((line as Line<'posts'>).id)
}

/**
 * Dates in the future are those of the import, but for ends of sanctions and times of windows. Of the
 * moderation log nothing is changed.
 */
function setBack(part: Record<string, unknown>, kind: Kind, now: string, why: string[]): void {
  if (kind === 'actions') return
  for (const [field, value] of Object.entries(part)) {
    if (/^at$|At$/.test(field) && typeof value === 'string' && value > now) {
      part[field] = now
      why.push(`its ${field} ${value} is in the future, and becomes now`)
    } else if (typeof value === 'object' && value !== null) {
      setBack(value as Record<string, unknown>, kind, now, why)
    }
  }
}

type Menders = { [K in Kind]?: (line: Line<K>, known: Known, why: string[]) => boolean }

/** Each takes away what can't come, says so, and returns whether the rest can. */
const menders: Menders = {
  members(line, { pictures }, why) {
    if (line.avatar && !pictures.has(`avatars/${line.avatar}.webp`)) {
      why.push(`its picture ${line.avatar.slice(0, 12)} is not in the file`)
      delete line.avatar
    }
    return true
  },
  posts(line, known, why) {
    if (!known.categories.has(line.category)) return refused(why, `there is no category ${line.category}`)
    dropStranger(line, 'author', known, why)
    const { picture } = line
    if (picture && !isPictureThere(picture.hash, known)) {
      why.push(`its picture ${picture.hash.slice(0, 12)} is not in the file`)
      delete line.picture
    }
    const there = line.offerPictures?.filter(({ hash }) => isPictureThere(hash, known))
    if (there && there.length < (line.offerPictures?.length ?? 0)) {
      why.push('a picture of what it offers is not in the file')
      line.offerPictures = there
    }
    if (line.removed) {
      dropStranger(line.removed, 'author', known, why)
      dropStranger(line.removed, 'by', known, why)
    }
    return true
  },
  comments(line, known, why) {
    if (!known.posts.has(line.post)) return refused(why, `there is no post ${line.post}`)
    dropStranger(line, 'author', known, why)
    if (line.hidden) dropStranger(line.hidden, 'author', known, why)
    const isBefore = (id: number | undefined) =>
      id !== undefined && id < line.id && known.comments.otherOf(id) === line.post
    const { root, parent } = line
    if (root === undefined && parent === undefined) return true
    if (!isBefore(root) || !isBefore(parent)) {
      why.push(
        `it answers comment ${parent ?? root}, which is not before it on its post, and stands on the post`,
      )
      delete line.root
      delete line.parent
    }
    return true
  },
  likes: (line, { posts, members }, why) =>
    posts.has(line.post) && members.has(line.member)
      ? true
      : refused(why, 'its post or its member is not there'),
  items(line, known, why) {
    if (line.post !== undefined && !known.posts.has(line.post)) {
      why.push(`there is no post ${line.post}`)
      delete line.post
    }
    const isThere = (hash: string) => isPictureThere(hash, known)
    const missing = line.pictures?.filter(({ hash }) => !isThere(hash)) ?? []
    if (missing.length === 0) return true
    for (const { hash } of missing) why.push(`its picture ${hash.slice(0, 12)} is not in the file`)
    line.pictures = line.pictures?.filter(({ hash }) => isThere(hash))
    return true
  },
  variants: ({ item, of }, known, why) =>
    (known.items.has(item) && known.items.has(of)) || refused(why, 'one of the two items is not there'),
  windows(line, _, why) {
    if (line.closes <= line.opens) return refused(why, 'it closes before it opens')
    if (isTimeZone(line.timeZone)) return true
    why.push(`there is no time zone ${line.timeZone.slice(0, 40)}, so its times are those of UTC`)
    line.timeZone = 'UTC'
    return true
  },
  pickups(line, { windows }, why) {
    if (!windows.has(line.window)) return refused(why, `there is no window ${line.window}`)
    return line.starts < line.ends || refused(why, 'it ends before it begins')
  },
  orders(line, known, why) {
    dropStranger(line, 'member', known, why)
    if (line.pickup !== undefined && !known.pickups.has(line.pickup)) {
      why.push(`there is no pick-up ${line.pickup}`)
      delete line.pickup
    }
    for (const note of line.payments ?? []) dropStranger(note, 'by', known, why)
    for (const each of line.lines) {
      if (each.item === undefined || known.items.has(each.item)) continue
      why.push(`there is no item ${each.item}`)
      delete each.item
    }
    return true
  },
  follows({ kind, subject, member }, known, why) {
    const lists = { post: known.posts, category: known.categories, member: known.members }
    const isThere =
      kind === 'tag'
        ? typeof subject === 'string'
        : typeof subject === 'number' && lists[kind as keyof typeof lists].has(subject)
    return isThere && known.members.has(member)
      ? true
      : refused(why, `its ${kind} or its member is not there`)
  },
  moderators(line, known, why) {
    if (!known.members.has(line.member)) return refused(why, `there is no member ${line.member}`)
    if (line.category !== 0 && !known.categories.has(line.category))
      return refused(why, `there is no category ${line.category}`)
    dropStranger(line, 'madeBy', known, why)
    return true
  },
  goneposts(line, known, why) {
    if (known.posts.has(line.post)) return refused(why, 'its post is there')
    dropStranger(line, 'author', known, why)
    dropStranger(line, 'by', known, why)
    return true
  },
  moderation: (line, known, why) => dropStranger(line, 'by', known, why),
  adminnotes: (line, known, why) => dropStranger(line, 'by', known, why),
  actions(line, { members }, why) {
    if (line.appeal && !members.has(line.appeal.member)) {
      why.push(`there is no member ${line.appeal.member}, so their appeal stays behind`)
      delete line.appeal
    }
    return true
  },
  reports(line, known, why) {
    dropStranger(line, 'reporter', known, why)
    return isSubjectThere(line, known) || refused(why, `there is no ${line.kind} ${line.subject}`)
  },
  modnotes: (line, known, why) =>
    isSubjectThere(line, known) || refused(why, `there is no ${line.kind} ${line.subject}`),
  places: ({ kind, subject }, known, why) =>
    known[ofPlace[kind] ?? 'posts'].has(subject) || refused(why, 'what stood there is not in the file'),
}

const isSubjectThere = ({ kind, subject }: { kind: string; subject: number }, known: Known) =>
  known[ofSubject[kind] ?? 'posts'].has(subject)

const isPictureThere = (hash: string, { pictures }: Known) =>
  pictures.has(`pictures/${hash}.webp`) && pictures.has(`pictures/${hash}.small.webp`)

function refused(why: string[], reason: string): false {
  why.push(reason)
  return false
}

function dropStranger<Field extends string>(
  line: { [F in Field]?: number | undefined },
  field: Field,
  { members }: Known,
  why: string[],
): true {
  const member = line[field]
  if (member === undefined || members.has(member)) return true
  why.push(`there is no member ${member}, so it has no ${field}`)
  delete line[field]
  return true
}
