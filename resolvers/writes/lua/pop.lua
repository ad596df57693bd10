-- Take the store that has waited longest for its turn. KEYS[1] = the hints, ARGV[1] = now. -> {store, 0}, or {'', when the next is due or -1}
local found = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if not found[1] then return {'', -1} end
if tonumber(found[2]) > tonumber(ARGV[1]) then return {'', tonumber(found[2])} end
redis.call('ZREM', KEYS[1], found[1])
return {found[1], 0}
