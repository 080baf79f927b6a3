-- wrk looks at one edition after another, each as one of many customers.
-- EDITIONS names a file with a path in each line, TOKENS one with an access token in each.
local function lines_of(name)
  local lines = {}
  for line in io.lines(os.getenv(name)) do
    lines[#lines + 1] = line
  end
  return lines
end

local requests, at = {}, 0

function init()
  local tokens = lines_of("TOKENS")
  for number, path in ipairs(lines_of("EDITIONS")) do
    requests[number] = wrk.format("GET", path, { ["Authorization"] = "Bearer " .. tokens[number % #tokens + 1] })
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests":%d,"micros":%d,"p99":%d,"bad":%d}\n', summary.requests, summary.duration,
    latency:percentile(99), errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
