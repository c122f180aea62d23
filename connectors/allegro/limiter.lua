-- Takes `cost` from every budget a call needs and a connection, or takes nothing and says how long
-- to wait. One script, so that all workers see one truth.
--
-- KEYS[1]   connections in flight (sorted set: lease id -> when it lapses)
-- KEYS[2..] stops first (ARGV[1] of them), then the token buckets
-- ARGV[1]   number of stop keys
-- ARGV[2]   lease id, ARGV[3] lease time in ms, ARGV[4] connections this lane may use
-- ARGV[5..] per bucket: capacity, refill per second, reserve this lane must leave, cost
-- Returns   {1, 0} when granted, {0, ms} when a budget or stop makes one wait,
--           {2, ms} when only connections are short.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local stops = tonumber(ARGV[1])
local wait = 0

for i = 2, 1 + stops do
  local left = redis.call('PTTL', KEYS[i])
  if left > wait then wait = left end
end

local levels = {}
for i = 2 + stops, #KEYS do
  local at = 5 + (i - 2 - stops) * 4
  local capacity, rate = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  local reserve, cost = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local stored = redis.call('HMGET', KEYS[i], 'tokens', 'at')
  local tokens = capacity
  if stored[1] then
    -- A clock set back must not drain the bucket.
    local passed = math.max(0, now - tonumber(stored[2]))
    tokens = math.min(capacity, tonumber(stored[1]) + passed * rate / 1000)
  end
  -- A command larger than the bucket goes when the bucket is full, and leaves a debt behind.
  local needed = math.min(capacity, cost + reserve)
  if tokens < needed then
    wait = math.max(wait, math.ceil((needed - tokens) * 1000 / rate))
  end
  levels[i] = tokens - cost
end
if wait > 0 then return {0, wait} end

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) then
  return {2, 25}
end

for i = 2 + stops, #KEYS do
  local at = 5 + (i - 2 - stops) * 4
  local capacity, rate = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  redis.call('HSET', KEYS[i], 'tokens', tostring(levels[i]), 'at', now)
  -- Once full again the bucket needs no memory.
  redis.call('PEXPIRE', KEYS[i], math.ceil((capacity - levels[i]) * 1000 / rate) + 1000)
end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[3]), ARGV[2])
redis.call('PEXPIRE', KEYS[1], tonumber(ARGV[3]) + 1000)
return {1, 0}
