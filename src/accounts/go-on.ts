import { isFragmentRequest, seeOther } from '../http/page-context.ts'

/** Without a cookie the password was changed in the same moment: back to where one signs in. */
export function goOn(request: Request, next: string, cookie: string | undefined): Response {
  const location = cookie ? next : '/login'
  const headers: Record<string, string> = cookie ? { 'set-cookie': cookie } : {}
  return isFragmentRequest(request)
    ? new Response(null, { headers: { ...headers, 'hx-redirect': location } })
    : seeOther(location, headers)
}
