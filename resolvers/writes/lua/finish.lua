-- Settle a batch. ARGV: now, batch id, pause of its operation until ('' = none), 1 when the platform has let us in, then nine for each carrier:
-- id, state, next, category, code, reason, effect, handle, flags (U uncertain, A alone, N attempt not counted, L a look was made).
-- -> when to look again, or -2 when the batch is no longer this worker's: then nothing changes. Safe to run twice.
local batch, pause, admitted = ARGV[2], ARGV[3], ARGV[4] == '1'
local FINAL = {DONE = true, REJECTED = true}

local function tell(id, at)
  local key = P .. 'job:' .. id
  redis.call('HSET', key, 'category', ARGV[at + 3], 'code', ARGV[at + 4], 'reason', ARGV[at + 5])
  if ARGV[at + 6] ~= '' then redis.call('HSET', key, 'effect', ARGV[at + 6]) end
end

local function settle(lane, carrier, at)
  local state, flags = ARGV[at + 1], ARGV[at + 8]
  local ids = group(lane, carrier)
  for _, id in ipairs(ids) do
    local key = P .. 'job:' .. id
    tell(id, at)
    redis.call('HDEL', key, 'batch')
    if id ~= carrier then redis.call('HSET', key, 'coalesced', carrier) else redis.call('HDEL', key, 'coalesced') end
    if FINAL[state] then
      redis.call('LPOP', P .. 'lane:' .. lane)
      finish(id, state)
    elseif state == 'NEEDS_INTERVENTION' then
      redis.call('LPOP', P .. 'lane:' .. lane)
      redis.call('HDEL', key, 'handle')
      redis.call('HSET', key, 'uncertain', string.find(flags, 'U') and 1 or '')
      if id == carrier and #ids > 1 then redis.call('HSET', key, 'members', cjson.encode(ids)) end
      move(id, state)
    else
      redis.call('HSET', key, 'next', ARGV[at + 2], 'handle', ARGV[at + 7], 'uncertain', string.find(flags, 'U') and 1 or '')
      redis.call('HSET', key, 'alone', string.find(flags, 'A') and 1 or '')
      if string.find(flags, 'N') then redis.call('HINCRBY', key, 'attempts', -1) end
      if not string.find(flags, 'U') and ARGV[at + 7] == '' then redis.call('HINCRBY', key, 'revision', 1) end
      if ARGV[at + 7] == '' then redis.call('HDEL', key, 'looks') end
      if string.find(flags, 'L') then redis.call('HINCRBY', key, 'looks', 1) end
      move(id, state)
    end
  end
  if not FINAL[state] and state ~= 'NEEDS_INTERVENTION' and (string.find(flags, 'U') or ARGV[at + 7] ~= '') then
    bind(batch, lane)
  end
end

if redis.call('EXISTS', P .. 'batch:' .. batch) == 0 then
  return redis.call('EXISTS', P .. 'ended:' .. batch) == 1 and next_due() or -2
end
local lanes = {}
for _, pair in ipairs(lanes_of(batch)) do lanes[pair[2]] = pair[1] end
for at = 5, #ARGV, 9 do
  if lanes[ARGV[at]] and field(ARGV[at], 'batch') == batch then settle(lanes[ARGV[at]], ARGV[at], at) end
end
for _, lane in pairs(lanes) do ready(lane) end
if pause ~= '' then redis.call('HSET', P .. 'pauses', redis.call('HGET', P .. 'batch:' .. batch, 'op'), pause) end
local hold = redis.call('HGET', P .. 'holds', '*')
if admitted and hold and cjson.decode(hold)['probe'] then redis.call('HDEL', P .. 'holds', '*') end
redis.call('DEL', P .. 'batch:' .. batch)
redis.call('ZREM', P .. 'running', batch)
redis.call('SET', P .. 'ended:' .. batch, 1, 'PX', 600000)
return next_due()
