-- Keep a batch for longer. ARGV: now, batch id, new end of the lease. -> 1, or 0 when it is no longer this worker's.
if not redis.call('ZSCORE', P .. 'running', ARGV[2]) then return 0 end
redis.call('ZADD', P .. 'running', ARGV[3], ARGV[2])
return 1
