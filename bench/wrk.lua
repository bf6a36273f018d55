-- What wrk asks for. Its arguments after "--" are: PATH FIRST COUNT METHOD [HEADER]. A %d in the path is
-- replaced by each of COUNT numbers from FIRST on, one after the other, over and over. Prints one line of
-- JSON at the end.

local threads = 0

function setup(thread)
  thread:set('place', threads)
  threads = threads + 1
end

function init(args)
  local path, first, count, method = args[1], tonumber(args[2]), tonumber(args[3]), args[4]
  -- A like as a browser with htmx sends it.
  local headers = method == 'POST' and { ['HX-Request'] = 'true', ['Sec-Fetch-Site'] = 'same-origin' } or {}
  local name, value = (args[5] or ''):match('^([^:]+): (.*)$')
  if name then headers[name] = value end
  requests = {}
  for at = 1, count do
    requests[at] = wrk.format(method, (path:gsub('%%d', string.format('%d', first + at - 1))), headers)
  end
  at = math.floor(count / 2) * place
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\nresult {"answered":%d,"bytes":%.0f,"seconds":%f,"p50Ms":%f,"p99Ms":%f,"maxMs":%f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.bytes, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3, errors.status, lost))
end
