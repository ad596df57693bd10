-- Accept writes. ARGV from 2: eight for each: id, op, kind, lane, mergeable (1/0), begin at or after ('' = now), who asked, payload.
-- What is there already stays as it is, so a second run changes nothing. -> when to look again
for at = 2, #ARGV, 8 do
  local id, op, kind, lane, merge, after, by, payload = unpack(ARGV, at, at + 7)
  if redis.call('EXISTS', P .. 'job:' .. id) == 0 then
    local begin = math.max(now, tonumber(after) or now)
    redis.call('HSET', P .. 'job:' .. id, 'op', op, 'kind', kind, 'lane', lane, 'merge', merge, 'by', by, 'payload', payload,
      'created', now, 'next', begin, 'attempts', 0, 'revision', 0)
    move(id, 'QUEUED')
    if begin > now then redis.call('ZADD', P .. 'later', begin, id) else enter(id) end
  end
end
return next_due()
