-- One step of a store's budget. Two keys with one tag: a hash and a sorted set of leases.
-- A lease is "<id>|<cost>" scored by its expiry: a process that dies gives its share back when the lease runs out.
-- The hash: level = points free to be spent at the time `at`, all that is under way taken off; points and refill as reported; spent = the
-- cost of all settled requests; limit, cut, hold; and for each lease "<spent>|<time>" of its taking.
-- take:   ARGV = "take", now, id, cost, points, refill, reserve, concurrency, expiry     -> wait in milliseconds, -1 = no place, 0 = taken
-- settle: ARGV = "settle", now, id, cost, points, refill, actual, reported, ceiling, its refill, most, verdict, hold, concurrency   -> 0
-- Times are milliseconds; '' = not known. Safe to run twice: a lease is added and removed by its id.
local state, leases = KEYS[1], KEYS[2]
local step, now, cost = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local lease = ARGV[3] .. '|' .. ARGV[4]

local function number(field, default)
  return tonumber(redis.call('HGET', state, field) or default)
end

local function cost_of(name)
  return tonumber(string.match(name, '|(.+)$'))
end

for _, name in ipairs(redis.call('ZRANGEBYSCORE', leases, '-inf', now)) do
  redis.call('ZREM', leases, name)
  redis.call('HDEL', state, name)
  redis.call('HINCRBYFLOAT', state, 'spent', cost_of(name))
  redis.call('PEXPIRE', state, 3600000)
end
local under_way, all = 0, redis.call('ZRANGE', leases, 0, -1)
for _, name in ipairs(all) do
  under_way = under_way + cost_of(name)
end

local points, refill, spent = number('points', ARGV[5]), number('refill', ARGV[6]), number('spent', 0)
-- A process whose clock is behind must not turn time back: it would be refilled twice.
local at = math.max(now, number('at', now))
-- A full bucket stays full while requests are on their way to it: their cost is refilled only after it was taken off there.
local room = points - under_way
local level = math.min(room, number('level', room) + (at - number('at', at)) * refill / 1000)

if step == 'take' then
  local reserve, expiry = tonumber(ARGV[7]), tonumber(ARGV[9])
  if redis.call('ZSCORE', leases, lease) then return 0 end
  local hold = number('hold', 0)
  if hold > now then return math.ceil(hold - now) end
  local limit = math.max(1, math.floor(number('limit', ARGV[8])))
  if #all >= math.max(1, limit - math.floor(limit * reserve)) then return -1 end
  if points > 0 then
    local missing = math.min(cost, points * (1 - reserve)) - (level - points * reserve)
    if missing > 0 then return math.ceil(math.min(3600000, missing / math.max(refill, 0.001) * 1000)) end
    redis.call('HSET', state, 'level', level - cost, 'at', at)
  end
  redis.call('ZADD', leases, expiry, lease)
  redis.call('HSET', state, lease, spent .. '|' .. now)
else
  local actual, reported, ceiling, restored = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
  local most, verdict, hold = tonumber(ARGV[11]), ARGV[12], tonumber(ARGV[13])
  if redis.call('ZREM', leases, lease) == 0 then return 0 end
  local spent_then, taken = string.match(redis.call('HGET', state, lease) or (spent .. '|' .. now), '(.+)|(.+)')
  redis.call('HDEL', state, lease)
  redis.call('HINCRBYFLOAT', state, 'spent', actual or cost)
  level = level + cost - (actual or cost)
  if restored > 0 then redis.call('HSET', state, 'refill', restored) end
  if reported then
    if ceiling > 0 then redis.call('HSET', state, 'points', ceiling) end
    -- Answers overtake each other, so this report may know nothing of requests under way or settled since its own was sent: the least it
    -- proves is without all of them. At most it was true when the request was sent; who counts on more than that was wrong.
    local others = under_way - cost
    local least = reported - others - (spent - tonumber(spent_then))
    local greatest = reported + math.max(0, now - tonumber(taken)) * (restored > 0 and restored or refill) / 1000
    level = (points <= 0 and least) or (level > greatest + 1 and reported - others) or math.max(level, least)
  end
  if reported or points > 0 then redis.call('HSET', state, 'level', level, 'at', at) end
  local limit = number('limit', ARGV[14])
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
