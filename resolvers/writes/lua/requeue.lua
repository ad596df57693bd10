-- Send a parked write, with all that were merged into it, to the end of its lane; or a waiting one at once.
-- ARGV: now, id, new payload ('' = as it was). -> 1 when it waits again (or does already), 0 when it is being done or at its end, -1 = none.
local id, payload = ARGV[2], ARGV[3]
local state = field(id, 'state')

local function enter_again(each, carrier)
  local key = P .. 'job:' .. each
  -- Whoever saw that nothing can be found out, or changed it, has decided that it is to be done.
  if payload ~= '' or field(each, 'code') == 'UNCLEAR' then redis.call('HDEL', key, 'uncertain', 'notes') end
  if field(each, 'uncertain') ~= '1' then redis.call('HINCRBY', key, 'revision', 1) end
  -- What was changed is one wish from now on: the others have no payload of their own any more, and are nothing without it.
  if payload ~= '' then
    redis.call('HSET', key, 'payload', each == carrier and payload or '', 'into', each ~= carrier and carrier or '')
  end
  redis.call('HDEL', key, 'category', 'code', 'reason', 'together', 'alone', 'looks', 'members')
  redis.call('HSET', key, 'attempts', 0, 'next', now, 'carrier', carrier)
  move(each, 'QUEUED')
  enter(each)
end

if state == '' then return -1 end
if state == 'NEEDS_INTERVENTION' then
  local carrier, all = members(id)
  for _, each in ipairs(all) do enter_again(each, carrier) end
  return 1
end
if payload ~= '' then return field((members(id)), 'payload') == payload and 1 or 0 end
if field(id, 'batch') ~= '' then return 0 end
if state ~= 'QUEUED' and state ~= 'RETRYING' and state ~= 'WAITING_PLATFORM' then return 0 end
redis.call('HSET', P .. 'job:' .. id, 'next', now)
if redis.call('ZREM', P .. 'later', id) == 1 then enter(id) end
local lane, carrier = field(id, 'lane'), field(id, 'carrier')
local head = redis.call('LINDEX', P .. 'lane:' .. lane, 0)
if head == id or (carrier ~= '' and field(head, 'carrier') == carrier) then
  redis.call('HSET', P .. 'job:' .. head, 'next', now)
  ready(lane)
end
return 1
