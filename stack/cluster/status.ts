import { columns } from '../status.ts'
import { hasQuorum, isOnline, type NodeView, ownMember } from './group.ts'

export type Health = 'whole' | 'one away' | 'stopped'

/** As most of the group sees it: whoever was cut off believes what it knew. */
export function healthOf(views: NodeView[]): Health {
  const member = views.find((view) => isOnline(view) && hasQuorum(view))
  if (!member) return 'stopped'
  const online = views.filter((view) => isOnline(view) && hasQuorum(view) && onlineIn(view) === views.length)
  return online.length === views.length ? 'whole' : 'one away'
}

/** What a person reads who is asked at night which machine they may touch. */
export function clusterText(views: NodeView[]): string {
  const rows = views.map((view) => {
    const own = ownMember(view)
    if (!view.self) return [view.node.host, 'does not answer', '', '', '', view.reason ?? '']
    return [
      ...[view.node.host, (own?.state || 'outside').toLowerCase(), (own?.role ?? '').toLowerCase()],
      ...[view.self.version, String(own?.waiting ?? ''), `${onlineIn(view)} of ${views.length} online`],
    ]
  })
  return [
    ...columns([['NODE', 'STATE', 'ROLE', 'MYSQL', 'WAITING', 'SEES'], ...rows]),
    '',
    advice(views),
  ].join('\n')
}

function advice(views: NodeView[]): string {
  const away = views.filter((view) => !isOnline(view) || !hasQuorum(view)).map(({ node }) => node.host)
  switch (healthOf(views)) {
    case 'whole':
      return 'Any one node may die.'
    case 'one away':
      return away.length > 0
        ? `Do not touch another node: ${away.join(' and ')} is away, and with one more gone nothing can be changed.`
        : 'Do not touch any node: the members do not see the group alike yet.'
    case 'stopped':
      return (
        'Nothing can be changed: no node sees most of the group. Bring back what is away. When every node answers and ' +
        'none is online, `agora-server cluster restart` begins the group again, on the one that has everything.'
      )
  }
}

const onlineIn = ({ members }: NodeView) => members.filter(({ state }) => state === 'ONLINE').length
