import type { Category } from '../src/categories/queries.ts'
import type { PageContext } from '../src/http/page-context.ts'
import type { LikesPolicy } from '../src/platform/config.ts'
import type { FieldErrors } from '../src/platform/errors.ts'
import type { TypedPost } from '../src/posts/draft.ts'
import { say } from '../texts/say.ts'
import { edgeOf, placeOf } from './byline.tsx'
import { CategoryList, Description } from './categories.tsx'
import { FollowLink } from './follows.tsx'
import { cachedVariants, Html } from './html.ts'
import { Layout } from './layout.tsx'
import { categoriesListed, categoryAt, isCut, segmentOf, shownName, wholeName } from './names.ts'
import { count, LinkTo, Phrase } from './phrase.tsx'
import { NewPostForm } from './post-form.tsx'
import { type ListProps, PostList, SortTabs } from './posts.tsx'

type BoardProps = ListProps & {
  pageContext: PageContext
  categories: Category[]
  /** Those of them in which the viewer writes. */
  writable: Category[]
  /** Whether they write nothing in this one. */
  isReadOnly?: boolean
  category?: Category
  likes: LikesPolicy
  once: string
  /** What admins say to who is not signed in, as markup. */
  welcome?: string | undefined
  /** Whether the categories stand before the posts. */
  isByCategory?: boolean
  /** The category that a refused form names. */
  chosen?: Category | undefined
  typed?: TypedPost
  errors?: FieldErrors
}

const titles = { new: 'Newest posts', hot: 'Hot posts', top: 'Most liked posts' } as const

/** The front page, or with `category` one category's. */
export const BoardPage = ({
  pageContext,
  categories,
  writable,
  isReadOnly = false,
  category,
  likes,
  once,
  welcome,
  isByCategory = false,
  chosen,
  typed,
  errors,
  ...list
}: BoardProps) => (
  <Layout
    pageContext={pageContext}
    title={category ? shownName(category.name) : say(titles[list.sort ?? 'new'])}
    description={category?.description || undefined}
    feed={category ? feedOf(category) : '/feed'}
    isWritten={pageContext.viewer !== undefined && !isReadOnly}
    at={list.isFirstPage === false ? undefined : category ? categoryAt(category.name, category.id) : '/'}
  >
    <div class="columns">
      {menuOf(categories, category?.id) as 'safe'}
      <section aria-labelledby="list-title">
        {welcome === undefined ? '' : <div class="body welcome">{welcome as 'safe'}</div>}
        {isByCategory ? <CategoryList categories={categories.slice(0, categoriesListed)} /> : ''}
        <h1 id="list-title" class={category && edgeOf(category)} dir="auto" safe>
          {category ? shownName(category.name, wholeName) : say(titles[list.sort ?? 'new'])}
        </h1>
        {category ? <Description of={category} /> : ''}
        <FollowLink viewer={pageContext.viewer} kind="category" id={category?.id} />
        {pageContext.viewer && isReadOnly ? (
          <p class="hint" safe>
            {say('You may read here, and not write.')}
          </p>
        ) : pageContext.viewer ? (
          <details class="composer" open={errors !== undefined}>
            <summary safe>{say('Write a post')}</summary>
            <NewPostForm
              categories={writable}
              category={chosen ?? category}
              once={once}
              typed={typed}
              errors={errors}
            />
          </details>
        ) : pageContext.isViewerUnknown ? (
          ''
        ) : (
          <p class="hint">
            <Phrase
              of={
                likes === 'once'
                  ? '{signIn} to write a post or to press like.'
                  : '{signIn} to write a post. Everyone can press like.'
              }
              parts={{ signIn: <LinkTo to="/login" says="Sign in" /> }}
            />
          </p>
        )}
        <SortTabs sort={list.sort} usual={list.usual} />
        <PostList {...list} empty={say('Nothing has been written here yet.')} />
      </section>
    </div>
  </Layout>
)

const CategoryMenu = ({ categories, current }: { categories: Category[]; current: number | undefined }) => (
  <nav class="categories" aria-label={say('Categories')}>
    <a href="/" aria-current={current ? undefined : 'page'}>
      <span safe>{say('All posts')}</span>
    </a>
    {categories.slice(0, categoriesListed).map((category) => (
      <a
        class={placeOf(category.id, category.hue)}
        href={categoryAt(category.name, category.id)}
        aria-current={category.id === current ? 'page' : undefined}
      >
        <span dir="auto" safe>
          {shownName(category.name)}
        </span>
        <small>{count(category.posts)}</small>
      </a>
    ))}
    {categories.length > categoriesListed ? (
      <a href="/categories">
        <span safe>{say('All categories')}</span>
      </a>
    ) : (
      ''
    )}
  </nav>
)

const menuOf = cachedVariants((categories: Category[], current: number | undefined) => (
  <CategoryMenu categories={categories} current={current} />
))

/** Long names stand in no address. */
const feedOf = ({ name }: Category) => (isCut(name) ? undefined : `/c/${segmentOf(name)}/feed`)

type TagProps = ListProps & { pageContext: PageContext; tag: string; id: number | undefined }

/** The posts with a tag. */
export const TagPage = ({ pageContext, tag, id, ...list }: TagProps) => (
  <Layout
    pageContext={pageContext}
    title={`#${tag}`}
    feed={`/tags/${encodeURIComponent(tag)}/feed`}
    at={list.isFirstPage === false ? undefined : `/tags/${encodeURIComponent(tag)}`}
  >
    <section class="narrow">
      <h1 dir="auto" safe>{`#${tag}`}</h1>
      <FollowLink viewer={pageContext.viewer} kind="tag" id={id} />
      <SortTabs sort={list.sort} usual={list.usual} />
      <PostList {...list} empty={say('No post has this tag.')} />
    </section>
  </Layout>
)
