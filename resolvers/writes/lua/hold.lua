-- Hold a store ("*") or one of its kinds. ARGV: now, what, JSON, 1 when a hold that is there may be replaced. -> 1 when it is new, else 0.
if ARGV[4] == '1' then return redis.call('HSET', P .. 'holds', ARGV[2], ARGV[3]) end
return redis.call('HSETNX', P .. 'holds', ARGV[2], ARGV[3])
