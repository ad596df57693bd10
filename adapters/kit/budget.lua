-- One step of a store's budget. Two keys with one tag: a hash (level, at, limit, hold, cut) and a sorted set of leases.
-- A lease is "<id>|<cost>" scored by its expiry: a process that dies gives its share back when the lease runs out.
-- take:   ARGV = "take", now, id, cost, reserve, points, refill, concurrency, expiry     -> wait in milliseconds, 0 = taken
-- settle: ARGV = "settle", now, id, cost, actual, reported, ceiling, refill, most, verdict, hold, concurrency   -> 0
-- Times are milliseconds. Safe to run twice: a lease is added and removed by its id.
local state, leases = KEYS[1], KEYS[2]
local step, now, id, cost = ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local name = id .. '|' .. ARGV[4]

local function number(field, default)
  return tonumber(redis.call('HGET', state, field) or default)
end

local function under_way()
  local sum, all = 0, redis.call('ZRANGE', leases, 0, -1)
  for _, lease in ipairs(all) do
    sum = sum + tonumber(string.match(lease, '|(.+)$'))
  end
  return sum, #all
end

redis.call('ZREMRANGEBYSCORE', leases, '-inf', now)

if step == 'take' then
  local reserve, refill, expiry = tonumber(ARGV[5]), tonumber(ARGV[7]), tonumber(ARGV[9])
  local points = number('points', ARGV[6])
  refill = number('refill', refill)
  if redis.call('ZSCORE', leases, name) then return 0 end
  local hold = number('hold', 0)
  if hold > now then return math.ceil(hold - now) end
  local _, count = under_way()
  local limit = math.max(1, math.floor(number('limit', ARGV[8])))
  if count >= math.max(1, limit - math.floor(limit * reserve)) then return -1 end
  if points > 0 then
    local at = number('at', now)
    local level = math.min(points, number('level', points) + math.max(0, now - at) * refill / 1000)
    local wanted = math.min(cost, points * (1 - reserve))
    if level - points * reserve < wanted then
      return math.ceil((wanted - (level - points * reserve)) / refill * 1000)
    end
    redis.call('HSET', state, 'level', level - cost, 'at', now)
  end
  redis.call('ZADD', leases, expiry, name)
else
  local actual, reported, ceiling, refill = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
  local most, verdict, hold = tonumber(ARGV[9]), ARGV[10], tonumber(ARGV[11])
  if redis.call('ZREM', leases, name) == 0 then return 0 end
  if reported >= 0 then
    -- What the platform reports does not yet know the requests still on their way to it.
    redis.call('HSET', state, 'level', reported - under_way(), 'at', now, 'points', ceiling, 'refill', refill)
  elseif actual >= 0 and redis.call('HEXISTS', state, 'level') == 1 then
    redis.call('HINCRBYFLOAT', state, 'level', cost - actual)
  end
  local limit = number('limit', ARGV[12])
  if verdict == 'slow' and now - number('cut', 0) > 1000 then
    redis.call('HSET', state, 'limit', math.max(1, limit / 2), 'cut', now)
  elseif verdict == 'good' then
    redis.call('HSET', state, 'limit', math.min(most, limit + 1 / limit))
  end
  if hold > 0 then
    redis.call('HSET', state, 'hold', math.max(number('hold', 0), now + hold))
  end
end
redis.call('PEXPIRE', state, 3600000)
redis.call('PEXPIRE', leases, 3600000)
return 0
