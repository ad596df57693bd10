-- Write into the journal of jobs. ARGV: now, batch id, then id and JSON for each. -> 1, or 0 when the batch is no longer this worker's.
for at = 3, #ARGV, 2 do
  if field(ARGV[at], 'batch') ~= ARGV[2] then return 0 end
end
for at = 3, #ARGV, 2 do
  for _, id in ipairs(group(field(ARGV[at], 'lane'), field(ARGV[at], 'carrier'))) do
    redis.call('HSET', P .. 'job:' .. id, 'notes', ARGV[at + 1])
  end
end
return 1
