/** The visitor speaks TLS to the balancer; then cookies are marked so. */
export const isSecure = (request: Request) => request.headers.get('x-forwarded-proto') === 'https'
