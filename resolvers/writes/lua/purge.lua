-- Forget what ended long ago. ARGV: now, ended before, at most. -> how many were forgotten.
local ids = redis.call('ZRANGEBYSCORE', P .. 'finished', '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, id in ipairs(ids) do
  redis.call('ZREM', P .. 'by:' .. field(id, 'state'), id)
  redis.call('ZREM', P .. 'all', id)
  redis.call('DEL', P .. 'job:' .. id)
  redis.call('ZREM', P .. 'finished', id)
end
return #ids
