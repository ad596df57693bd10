-- What all steps of the write queue share; put in front of each. One call is one store: every key begins with KEYS[1], which has its tag.
-- ARGV[1] = now, milliseconds. Keys below the prefix (see queue.py for what lives how long):
--   job:<id>      hash     one write: op kind lane state payload created updated next attempts revision, and what its outcome left
--   lane:<lane>   list     ids in order; those being done stay at its head until they are finished
--   ready:<op>    zset     lanes nobody works on, by the time their head is due; ops = set of operations that have any
--   later         zset     ids that may not begin before a time; they are in no lane yet
--   running       zset     batches by the end of their lease; batch:<b> = hash of op and its lanes with their carriers
--   together:<b>  set      lanes whose heads have to be asked or repeated together, because one call did them
--   holds         hash     what is held ("*" or a kind) -> JSON; pauses = hash op -> until
--   by:<state>    zset     ids by creation, and all of them in `all`; finished = zset of ids by their end
local P, now = KEYS[1], tonumber(ARGV[1])

local function field(id, name)
  return redis.call('HGET', P .. 'job:' .. id, name) or ''
end

local function move(id, state)
  local key = P .. 'job:' .. id
  local old, created = unpack(redis.call('HMGET', key, 'state', 'created'))
  if old and old ~= state then redis.call('ZREM', P .. 'by:' .. old, id) end
  if not old then redis.call('ZADD', P .. 'all', created, id) end
  redis.call('ZADD', P .. 'by:' .. state, created, id)
  redis.call('HSET', key, 'state', state, 'updated', now)
  redis.call('PUBLISH', 'receipts', P .. id)
end

local function finish(id, state)
  move(id, state)
  redis.call('HDEL', P .. 'job:' .. id, 'payload', 'batch', 'handle', 'uncertain', 'notes', 'together')
  redis.call('ZADD', P .. 'finished', now, id)
end

local function ready(lane)
  local head = redis.call('LINDEX', P .. 'lane:' .. lane, 0)
  if not head then return end
  local op, due = unpack(redis.call('HMGET', P .. 'job:' .. head, 'op', 'next'))
  redis.call('ZADD', P .. 'ready:' .. op, due, lane)
  redis.call('SADD', P .. 'ops', op)
end

local function enter(id)
  local lane = field(id, 'lane')
  if redis.call('RPUSH', P .. 'lane:' .. lane, id) == 1 then ready(lane) end
end

-- The jobs at the head of a lane that are done as one: those that were given the same carrier.
local function group(lane, carrier)
  local found = {}
  for _, id in ipairs(redis.call('LRANGE', P .. 'lane:' .. lane, 0, 249)) do
    if field(id, 'carrier') ~= carrier then break end
    found[#found + 1] = id
  end
  return found
end

-- Who is parked as one: a carrier and those that were merged into it.
local function members(id)
  local carrier = field(id, 'coalesced') ~= '' and field(id, 'coalesced') or id
  local found = field(carrier, 'members')
  return carrier, found == '' and {carrier} or cjson.decode(found)
end

local function lanes_of(batch)
  return cjson.decode(redis.call('HGET', P .. 'batch:' .. batch, 'lanes'))
end

-- Noted at the head, because that is where the next claim looks.
local function bind(batch, lane)
  redis.call('HSET', P .. 'job:' .. redis.call('LINDEX', P .. 'lane:' .. lane, 0), 'together', batch)
  redis.call('SADD', P .. 'together:' .. batch, lane)
end

-- A batch whose worker is gone: whether it was done is not known, unless it was only asked after.
local function reap()
  for _, batch in ipairs(redis.call('ZRANGEBYSCORE', P .. 'running', '-inf', now)) do
    for _, pair in ipairs(lanes_of(batch)) do
      for _, id in ipairs(group(pair[1], pair[2])) do
        if field(id, 'state') == 'RUNNING' then
          redis.call('HSET', P .. 'job:' .. id, 'uncertain', 1)
          move(id, 'RETRYING')
        end
        redis.call('HDEL', P .. 'job:' .. id, 'batch')
        redis.call('HSET', P .. 'job:' .. id, 'next', now)
      end
      bind(batch, pair[1])
      ready(pair[1])
    end
    redis.call('DEL', P .. 'batch:' .. batch)
    redis.call('ZREM', P .. 'running', batch)
  end
end

-- What a hold leaves of an operation: all of it (0), nothing (1), or one try (2), where only the credentials stand in the way.
local function held(kind)
  if redis.call('HEXISTS', P .. 'holds', kind) == 1 then return 1 end
  local hold = redis.call('HGET', P .. 'holds', '*')
  if not hold then return 0 end
  local probe = cjson.decode(hold)['probe']
  return (probe and probe <= now) and 2 or 1, probe
end

local function first_of(key)
  local found = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  return found[1], tonumber(found[2])
end

-- The earliest time at which there is something to do, -1 = nothing; of `known` operations only, where the step knows which there are.
local function next_due(known)
  local due = math.huge
  for _, key in ipairs({'later', 'running'}) do
    local _, at = first_of(P .. key)
    due = math.min(due, at or due)
  end
  for _, op in ipairs(redis.call('SMEMBERS', P .. 'ops')) do
    local lane, at = first_of(P .. 'ready:' .. op)
    if lane and not (known and not known[op]) then
      local head = redis.call('LINDEX', P .. 'lane:' .. lane, 0)
      local state, probe = held(field(head, 'kind'))
      local paused = tonumber(redis.call('HGET', P .. 'pauses', op) or 0)
      if state == 0 then due = math.min(due, math.max(at, paused)) end
      if probe then due = math.min(due, math.max(at, probe, paused)) end
    elseif not lane then
      redis.call('SREM', P .. 'ops', op)
    end
  end
  return due == math.huge and -1 or math.floor(due)
end
