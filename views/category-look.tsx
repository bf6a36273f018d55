import type { Category } from '../src/categories/queries.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { Sentence } from '../texts/arabic.ts'
import { say } from '../texts/say.ts'
import { FieldError, invalid } from './form.tsx'
import { Html } from './html.ts'
import { shownName, unplaced } from './names.ts'
import { Phrase } from './phrase.tsx'

/** In the order of public/board.css. */
const colours: Sentence[] = ['Orange', 'Yellow', 'Green', 'Turquoise', 'Blue', 'Violet', 'Pink', 'Red']

/** What the form of a category is filled with. */
export const lookTexts = ({ description, place, hue }: Category): [string, string, string] => [
  description,
  place < unplaced ? `${place}` : '',
  hue === null ? '' : `${hue}`,
]

/** What an admin typed about the category `id`, and what was wrong with it. */
export type Describing = { id: number; typed: [string, string, string]; errors: FieldErrors }

type Props = { category: Category & { lookVersion: string }; describing: Describing | undefined }

/** The form for what a category is for, its place and its colour. */
export const DescribeForm = ({ category, describing }: Props) => {
  const to = `/admin/categories/${category.id}/describe`
  const [description, place, hue] = describing?.typed ?? lookTexts(category)
  const errors = describing?.errors ?? {}
  const of = (field: string) => `${field}-${category.id}`
  return (
    <details open={describing !== undefined}>
      <summary aria-label={say('Describe and place {what}', { what: shownName(category.name) })} safe>
        {say('Describe and place')}
      </summary>
      <form
        class="stack tall"
        method="post"
        action={to}
        hx-post={to}
        hx-target="#categories-panel"
        hx-swap="outerHTML"
        hx-disable="find button"
      >
        <input type="hidden" name="version" value={category.lookVersion} />
        <label>
          <Phrase of="What it is for" />
          <input
            name="description"
            maxlength="300"
            dir="auto"
            autocomplete="off"
            value={description}
            {...invalid(of('description'), errors.description)}
          />
          <FieldError of={of('description')} error={errors.description} />
        </label>
        <label>
          <Phrase of="Place in menus, from 1 on; without one it comes after the others" />
          <input
            name="place"
            inputmode="numeric"
            maxlength="5"
            autocomplete="off"
            value={place}
            {...invalid(of('place'), errors.place)}
          />
          <FieldError of={of('place')} error={errors.place} />
        </label>
        <label>
          <Phrase of="Colour" />
          <select name="hue" {...invalid(of('hue'), errors.hue)}>
            <option value="" safe>
              {say('Any')}
            </option>
            {colours.map((colour, index) => (
              <option value={`${index}`} selected={`${index}` === hue} safe>
                {say(colour)}
              </option>
            ))}
          </select>
          <FieldError of={of('hue')} error={errors.hue} />
        </label>
        <button class="button" type="submit" safe>
          {say('Save')}
        </button>
      </form>
    </details>
  )
}
