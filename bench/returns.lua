-- wrk gives back one rental after another, each as the customer who has it, until there are no more.
-- RENTALS names a file with lines "<rental id> <access token>"; FROM is the first line to use.
local rentals, at = {}, tonumber(os.getenv("FROM")) or 1

function init()
  for line in io.lines(os.getenv("RENTALS")) do
    rentals[#rentals + 1] = line
  end
end

function request()
  local rental, token = string.match(rentals[at] or rentals[#rentals], "^(%S+) (%S+)$")
  at = at + 1
  return wrk.format("POST", "/v1/rentals/" .. rental .. "/return",
    { ["Authorization"] = "Bearer " .. token, ["Idempotency-Key"] = "bench-" .. at }, "")
end


function done(summary, latency)
  io.write(string.format('{"requests":%d,"micros":%d,"p50":%d,"p99":%d}\n', summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99)))
  io.write(string.format('{"bad":%d}\n', summary.errors.status + summary.errors.connect + summary.errors.timeout))
end
