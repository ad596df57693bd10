-- Take the next batch of one operation for a worker. ARGV: now, batch id, end of the lease, most batches under way, JSON {op: [size, kind]}.
-- -> {when to look again, op, {lane, carrier, attempts, uncertain, handle, notes, revision, looks, effect, {ids}, {payloads}}, ...}
-- or {when} when there is nothing. Run twice with the same id it answers the same.
local batch, lease, most, operations = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), cjson.decode(ARGV[5])

local function choose()
  local best, op, single = now + 1, nil, false
  for _, each in ipairs(redis.call('SMEMBERS', P .. 'ops')) do
    local lane, at = first_of(P .. 'ready:' .. each)
    local paused = tonumber(redis.call('HGET', P .. 'pauses', each) or 0)
    if lane and operations[each] and paused <= now and at < best then
      local state = held(operations[each][2])
      if state ~= 1 then best, op, single = at, each, state == 2 end
    end
  end
  return op, single
end

local function choose_lanes(op, single)
  local size = single and 1 or operations[op][1]
  local due = redis.call('ZRANGEBYSCORE', P .. 'ready:' .. op, '-inf', now, 'LIMIT', 0, size)
  local head = redis.call('LINDEX', P .. 'lane:' .. due[1], 0)
  local together = field(head, 'together')
  if together ~= '' then
    local found = redis.call('SMEMBERS', P .. 'together:' .. together)
    redis.call('DEL', P .. 'together:' .. together)
    return found
  end
  if field(head, 'alone') ~= '' then return {due[1]} end
  local found = {}
  for _, lane in ipairs(due) do
    local first = redis.call('LINDEX', P .. 'lane:' .. lane, 0)
    if field(first, 'together') == '' and field(first, 'alone') == '' then found[#found + 1] = lane end
  end
  return found
end

-- Who goes together in one lane: as before where that is fixed; else all that wait behind each other and may become one.
local function choose_group(lane, op)
  local head = redis.call('LINDEX', P .. 'lane:' .. lane, 0)
  if field(head, 'together') ~= '' or field(head, 'uncertain') == '1' then return field(head, 'carrier') end
  local ids = {head}
  if field(head, 'merge') == '1' then
    for _, id in ipairs(redis.call('LRANGE', P .. 'lane:' .. lane, 1, 249)) do
      if field(id, 'op') ~= op or field(id, 'merge') ~= '1' or field(id, 'uncertain') == '1' then break end
      ids[#ids + 1] = id
    end
  end
  -- All count as tried as often as the one that was tried most, or a lane that always gets new writes would never be given up.
  local most_attempts = 0
  for _, id in ipairs(ids) do most_attempts = math.max(most_attempts, tonumber(field(id, 'attempts'))) end
  for _, id in ipairs(ids) do
    redis.call('HSET', P .. 'job:' .. id, 'carrier', ids[#ids], 'attempts', most_attempts)
    redis.call('HDEL', P .. 'job:' .. id, 'coalesced')
  end
  return ids[#ids]
end

local function take(op, single)
  local pairs_ = {}
  for _, lane in ipairs(choose_lanes(op, single)) do
    redis.call('ZREM', P .. 'ready:' .. op, lane)
    local carrier = choose_group(lane, op)
    redis.call('HDEL', P .. 'job:' .. redis.call('LINDEX', P .. 'lane:' .. lane, 0), 'together')
    for _, id in ipairs(group(lane, carrier)) do
      redis.call('HSET', P .. 'job:' .. id, 'batch', batch)
      if field(id, 'handle') == '' then
        redis.call('HINCRBY', P .. 'job:' .. id, 'attempts', 1)
        move(id, 'RUNNING')
      end
    end
    pairs_[#pairs_ + 1] = {lane, carrier}
  end
  redis.call('HSET', P .. 'batch:' .. batch, 'op', op, 'lanes', cjson.encode(pairs_))
  redis.call('ZADD', P .. 'running', lease, batch)
end

local function answer()
  local found = {now, redis.call('HGET', P .. 'batch:' .. batch, 'op')}
  for _, pair in ipairs(lanes_of(batch)) do
    local ids, payloads = group(pair[1], pair[2]), {}
    for place, id in ipairs(ids) do payloads[place] = field(id, 'payload') end
    local item = {pair[1], pair[2]}
    for _, name in ipairs({'attempts', 'uncertain', 'handle', 'notes', 'revision', 'looks', 'effect', 'created'}) do
      item[#item + 1] = field(pair[2], name)
    end
    item[#item + 1] = ids
    item[#item + 1] = payloads
    found[#found + 1] = item
  end
  return found
end

if redis.call('EXISTS', P .. 'batch:' .. batch) == 1 then return answer() end
reap()
for _, id in ipairs(redis.call('ZRANGEBYSCORE', P .. 'later', '-inf', now, 'LIMIT', 0, 1000)) do
  redis.call('ZREM', P .. 'later', id)
  enter(id)
end
if redis.call('ZCARD', P .. 'running') >= most then
  local _, at = first_of(P .. 'running')
  return {at}
end
local op, single = choose()
if not op then return {next_due(operations)} end
if single then
  local hold = cjson.decode(redis.call('HGET', P .. 'holds', '*'))
  hold['probe'] = now + hold['every']
  redis.call('HSET', P .. 'holds', '*', cjson.encode(hold))
end
take(op, single)
return answer()
