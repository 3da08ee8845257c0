-- wrk script: posts one synthetic submission of about 1.8 KB and prints the run as a line of JSON.
local members = {}
for i = 1, 60 do
  members[i] = string.format('"element%02d": "%s"', i, string.rep("v", 10 + i % 7))
end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"dartheader": {"id": "D-000123", "partnerid": "P-17", "versionno": 1}, "payload": {'
  .. table.concat(members, ", ") .. "}}"

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.4f, "p50_ms": %.3f, "p99_ms": %.3f, "errors": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
