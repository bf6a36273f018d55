/**
 * The address of each server, of one that names several with commas between: `mysql://u:p@n1,n2:3307/agora`
 * is `mysql://u:p@n1/agora` and `mysql://u:p@n2:3307/agora`. One that names a single server is returned as it
 * is.
 */
export function eachHost(url: string): string[] {
  const [, before = '', hosts = '', after = ''] =
    /^([\w+]+:\/\/(?:[^/?#]*@)?)([^/?#@]*)(.*)$/s.exec(url) ?? []
  return hosts.includes(',') ? hosts.split(',').map((host) => before + host.trim() + after) : [url]
}
