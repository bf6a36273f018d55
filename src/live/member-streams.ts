import { eventOf, type Stream } from './stream.ts'

/** The streams of members, who are sent how many notices they have not read. */
export function openMemberStreams(unreadOf: (members: number[]) => Promise<Map<number, number>>) {
  const streamsOf = new Map<number, Set<Stream>>()

  return {
    join(member: number, stream: Stream): void {
      const streams = streamsOf.get(member) ?? new Set()
      streamsOf.set(member, streams.add(stream))
    },
    leave(member: number, stream: Stream): void {
      const streams = streamsOf.get(member)
      streams?.delete(stream)
      if (streams?.size === 0) streamsOf.delete(member)
    },
    all: () => [...streamsOf.keys()],
    /** Reads the numbers of those of these members who have a page open here, and sends them. */
    async send(members: number[]): Promise<void> {
      const here = members.filter((member) => streamsOf.has(member))
      if (here.length === 0) return
      const numbers = await unreadOf(here)
      for (const [member, unread] of numbers)
        for (const stream of streamsOf.get(member) ?? []) stream.write(noticesEvent(unread))
    },
  }
}

export const noticesEvent = (unread: number) => eventOf('notices', unread)
