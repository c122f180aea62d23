-- Stops a budget after a refusal (HTTP 429) and says for how many milliseconds.
--
-- KEYS[1] the stop, KEYS[2] its strikes, KEYS[3] the application's stop,
-- KEYS[4] budgets refused lately (sorted set)
-- ARGV[1] Retry-After in ms or -1, ARGV[2] first pause, ARGV[3] longest pause (ms)
-- ARGV[4] name of the budget, ARGV[5] that many refused budgets stop the application,
-- ARGV[6] ... when refused within this time (ms)
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local asked, first, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local pause = asked
if asked < 0 then
  -- Calls that were in flight when the stop began count as one refusal, not as hammering.
  local strikes = tonumber(redis.call('GET', KEYS[2]) or '0')
  if redis.call('EXISTS', KEYS[1]) == 0 or strikes == 0 then strikes = strikes + 1 end
  pause = math.min(longest, first * 2 ^ (strikes - 1))
  redis.call('SET', KEYS[2], strikes, 'PX', math.ceil(pause * 2 + longest / 4))
end
if pause < 1 then return 0 end
if redis.call('PTTL', KEYS[1]) < pause then
  redis.call('SET', KEYS[1], '1', 'PX', math.ceil(pause))
end

redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - tonumber(ARGV[6]))
redis.call('ZADD', KEYS[4], now, ARGV[4])
redis.call('PEXPIRE', KEYS[4], tonumber(ARGV[6]) + 1000)
if redis.call('ZCARD', KEYS[4]) >= tonumber(ARGV[5]) and redis.call('PTTL', KEYS[3]) < pause then
  redis.call('SET', KEYS[3], '1', 'PX', math.ceil(pause))
end
return math.ceil(pause)
