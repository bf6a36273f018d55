import type { OrderState, PaidOrNot } from './queries.ts'

const listStates = ['open', 'closed', 'completed', 'cancelled', 'any'] as const
export type ListState = (typeof listStates)[number]

/** The parameters of the admins' list of orders: `closed` are those that are completed or cancelled. */
export type OrdersQuery = { q: string; state: ListState; paid: PaidOrNot | undefined }

/** Returns the parameters of an address; one that makes no sense is as if it was not there. */
export function listQueryIn({ searchParams }: URL): OrdersQuery {
  const paid = searchParams.get('paid')
  return {
    q: (searchParams.get('q') ?? '').trim().slice(0, 100),
    state: listStates.find((each) => each === searchParams.get('state')) ?? 'open',
    paid: paid === 'yes' || paid === 'no' ? paid : undefined,
  }
}

const states: Record<ListState, OrderState[]> = {
  open: ['open'],
  closed: ['completed', 'cancelled'],
  completed: ['completed'],
  cancelled: ['cancelled'],
  any: ['open', 'completed', 'cancelled'],
}

/** Nobody waits for the money of an order that is cancelled, unless one asks for those alone. */
export const statesOf = ({ state, paid }: OrdersQuery): OrderState[] =>
  paid === 'no' && state !== 'cancelled'
    ? states[state].filter((each) => each !== 'cancelled')
    : states[state]
