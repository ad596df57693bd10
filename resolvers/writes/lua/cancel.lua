-- Drop a write that nobody has begun, with all that were merged into it while it is parked (or were, when it was changed). ARGV: now, id.
-- -> 1 when it is dropped (or was), 0 when it can't be any more, -1 when there is none.
local id = ARGV[2]
local state, lane, op = field(id, 'state'), field(id, 'lane'), field(id, 'op')
if state == '' then return -1 end
if state == 'CANCELLED' then return 1 end
if state == 'NEEDS_INTERVENTION' then
  local _, all = members(id)
  for _, each in ipairs(all) do finish(each, 'CANCELLED') end
  return 1
end
if state ~= 'QUEUED' and state ~= 'RETRYING' then return 0 end
if field(id, 'batch') ~= '' or field(id, 'uncertain') == '1' then return 0 end

local function drop(each)
  local head = redis.call('LINDEX', P .. 'lane:' .. lane, 0)
  redis.call('ZREM', P .. 'later', each)
  redis.call('LREM', P .. 'lane:' .. lane, 1, each)
  if head == each then
    redis.call('ZREM', P .. 'ready:' .. op, lane)
    ready(lane)
  end
  finish(each, 'CANCELLED')
end

for _, each in ipairs(redis.call('LRANGE', P .. 'lane:' .. lane, 0, -1)) do
  if field(each, 'batch') == '' then
    if field(each, 'into') == id then drop(each) end
    -- Who was only tried together with it goes on alone.
    if each ~= id and field(each, 'carrier') == id then redis.call('HDEL', P .. 'job:' .. each, 'carrier', 'coalesced') end
  end
end
drop(id)
return 1
