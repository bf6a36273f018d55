import { say } from '../texts/say.ts'
import { Html } from './html.ts'

/** That an order is paid; nothing as long as it is not. */
export const Paid = ({ at }: { at: string | null }) =>
  at === null ? (
    ''
  ) : (
    <span class="state completed" safe>
      {say('Paid')}
    </span>
  )

/** Whether it is, for who hands it over. */
export const PaidOrNot = ({ at }: { at: string | null }) =>
  at === null ? (
    <span class="state cancelled" safe>
      {say('Not paid')}
    </span>
  ) : (
    <Paid at={at} />
  )
