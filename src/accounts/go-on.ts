import { leadTo } from '../http/respond.ts'

/** Without a cookie the password was changed in the same moment: back to where one signs in. */
export const goOn = (request: Request, next: string, cookie: string | undefined): Response =>
  cookie ? leadTo(request, next, { 'set-cookie': cookie }) : leadTo(request, '/login')
