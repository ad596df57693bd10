-- End a hold. ARGV: now, what. -> {1 when there was one, when to look again}
local ended = redis.call('HDEL', P .. 'holds', ARGV[2])
return {ended, next_due()}
